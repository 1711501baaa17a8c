import { describeWith, kafkaForTests } from '../../scripts/services/testing.ts'
import { describeSetAside } from './conformance.ts'
import { kafkaSetAside } from './kafka.ts'
import { recordsOf } from './kafka-testing.ts'

let topics = 0

describeWith([kafkaForTests()], 'Kafka', ({ brokers }) => {
  describeSetAside('Kafka', async () => {
    const topic = `set-aside-${process.pid}-${Date.now()}-${topics++}`
    return {
      store: await kafkaSetAside({ brokers }, topic),
      kept: () => recordsOf(brokers, topic),
    }
  })
})
