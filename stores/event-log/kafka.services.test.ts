import { describeWith, kafkaForTests } from '../../scripts/services/testing.ts'
import { describeEventLog } from './conformance.ts'
import { kafkaEventLog } from './kafka.ts'

describeWith([kafkaForTests()], 'Kafka', (kafka) => {
  describeEventLog('Kafka', async () => kafkaEventLog({ brokers: kafka.brokers }))
})
