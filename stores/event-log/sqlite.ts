// The embedded event log: a SQLite file, and segment files beside it for the bytes of many records at once, so that reading
// is as cheap as reading a file. Several processes may append and read at the same time.
import { inTransaction, type Sqlite, tryWriting } from '../sqlite.ts'
import { asSqliteErrors, sqliteError } from '../sqlite-errors.ts'
import type { EventLog } from './event-log.ts'
import { type Guard, SqliteReader } from './sqlite/reader.ts'
import { segmentsDirectory } from './sqlite/segments.ts'
import { endsReader, openLogFile, partitionCount, raisePartitions } from './sqlite/tables.ts'
import { SqliteWriter } from './sqlite/writer.ts'

const DEFAULT_PARTITIONS = 4

/** The log in `file`, made at the first use. */
export function sqliteEventLog(file: string): EventLog {
  let opened: Sqlite | undefined
  const users: (SqliteReader | SqliteWriter)[] = []
  const guard: Guard = (action) => asSqliteErrors('events', file, action)
  /** Async, so that an error is a rejection. */
  const use = async <T>(action: (database: Sqlite) => T): Promise<T> =>
    guard(() => {
      opened ??= openLogFile(file)
      return action(opened)
    })
  const createTopic = (topic: string, partitions: number) =>
    use((database) => {
      inTransaction(database, () => {
        if (partitionCount(database, topic) === 0) raisePartitions(database, topic, partitions)
      })
      return partitionCount(database, topic)
    })
  const used = <User extends SqliteReader | SqliteWriter>(user: User): User => {
    users.push(user)
    return user
  }

  return {
    description: `SQLite ${file}`,
    isShared: true,
    identity: () =>
      use((database) => {
        const { id } = database.prepare('SELECT id FROM log').get() as { id: string }
        return `sqlite:${id}`
      }),
    createTopic,
    tryCreateTopic: () => use((database) => tryWriting(database)),
    tryWrite: () => use((database) => tryWriting(database)),
    addPartitions: (topic, partitions) =>
      use((database) => {
        inTransaction(database, () => raisePartitions(database, topic, partitions))
        return partitionCount(database, topic)
      }),
    ends: (topic) => use((database) => endsReader(database, topic)()),
    reader: async (options) => {
      await createTopic(options.topic, DEFAULT_PARTITIONS)
      return use((database) =>
        used(new SqliteReader(database, segmentsDirectory(file), guard, options)),
      )
    },
    writer: async (topic) => {
      await createTopic(topic, DEFAULT_PARTITIONS)
      const toPortError = (error: unknown) => sqliteError('events', file, error)
      return use((database) =>
        used(new SqliteWriter(database, segmentsDirectory(file), toPortError, topic)),
      )
    },
    close: async () => {
      for (const user of users.splice(0)) await user.close()
      opened?.close()
    },
  }
}
