// What a reader of Kafka makes of record batches whose bytes are not what was written: of a real broker, changed on their
// way.
import type { Socket } from 'node:net'
import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { RefusedError } from '../../../kit/errors.ts'
import { describeWith, kafkaForTests } from '../../../scripts/services/testing.ts'
import { wholeAnswersSocket } from '../../kafka-socket.ts'
import { valueAt } from '../batch.ts'
import { kafkaEventLog } from '../kafka.ts'
import { KafkaReader } from './reader.ts'

const VALUE = 'a value on its way'

describeWith([kafkaForTests()], 'a record batch that was changed on its way', (kafka) => {
  const settings = { brokers: kafka.brokers }

  /** A reader of a topic with one record, whose value is another one in the next `times` answers. */
  async function reading(name: string, times: number) {
    const topic = `damaged-${name}-${process.pid}-${Date.now()}`
    const log = kafkaEventLog(settings)
    await log.createTopic(topic, 1)
    const writer = await log.writer(topic)
    await writer.append([{ partition: 0, value: Buffer.from(VALUE) }])
    await writer.close()
    let left = times
    const client = new kafkajs.Kafka({
      brokers: [...kafka.brokers],
      logLevel: kafkajs.logLevel.NOTHING,
      socketFactory: (args) =>
        changing(wholeAnswersSocket(args), (frame) => {
          const at = frame.indexOf(VALUE)
          if (at >= 0 && left-- > 0) frame[at] ^= 1
        }),
    })
    return { topic, reader: await KafkaReader.open(client, settings, { topic, group: topic }) }
  }

  it('is read when it comes whole at last', async () => {
    const { reader } = await reading('twice', 2)
    const batch = await reader.read([0], 10_000)
    expect(batch?.count).toBe(1)
    expect(Buffer.from((batch && valueAt(batch, 0)) ?? []).toString()).toBe(VALUE)
    await reader.close()
  })

  it('is refused when it never does, with its place and what to do', async () => {
    const { reader, topic } = await reading('always', Number.POSITIVE_INFINITY)
    const error = await reader.read([0], 20_000).catch((reason: Error) => reason)
    expect(error).toBeInstanceOf(RefusedError)
    expect((error as Error).message).toMatch(
      new RegExp(
        `batch of ${topic}/0, at or after offset 0, is damaged: its CRC-32C was .*\\n.*replica`,
      ),
    )
    await reader.close()
  })
})

function changing(socket: Socket, change: (frame: Buffer) => void): Socket {
  const on = socket.on.bind(socket)
  socket.on = ((event: string, listener: (...values: unknown[]) => void) =>
    on(event, (...values: unknown[]) => {
      if (event === 'data') change(values[0] as Buffer)
      listener(...values)
    })) as Socket['on']
  return socket
}
