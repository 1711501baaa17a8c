// Who of a consumer group reads: one member has every partition, the others stand by.
// Windows go across partitions, so a second reader would not halve the work but the results.
import kafkajs, { type PartitionAssigner } from 'kafkajs'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol
const NAME = 'windrow-single-reader'
const VERSION = 1

export const singleReader: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  protocol: ({ topics }) => ({
    name: NAME,
    metadata: MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.alloc(0) }),
  }),
  assign: async ({ members, topics }) => {
    const [reader] = members.map(({ memberId }) => memberId).sort()
    const all = Object.fromEntries(
      topics.map((topic) => [
        topic,
        cluster.findTopicPartitionMetadata(topic).map((one) => one.partitionId),
      ]),
    )
    return members.map(({ memberId }) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({
        version: VERSION,
        assignment: memberId === reader ? all : {},
        userData: Buffer.alloc(0),
      }),
    }))
  },
})
