// For tests: a reader in a process of its own, to be killed. Says on standard error its process id and how much it has read.
import { kafkaEventLog } from '../../kafka.ts'

const [topic, group, epoch] = process.argv.slice(2)
const log = kafkaEventLog({ brokers: (process.env.KAFKA_BROKERS ?? '').split(',') })
const reader = await log.reader({ topic, group, epoch: Number(epoch) })
let count = 0
process.stderr.write(`pid ${process.pid}\n`)
while (true) {
  const batch = await reader.read([...(await reader.ends()).keys()], 200)
  if (batch === undefined) continue
  count += batch.count
  process.stderr.write(`read ${count}\n`)
}
