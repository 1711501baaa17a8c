// Who of a consumer group reads: the member with the highest epoch has every partition, the others stand by.
// Windows go across partitions, so a second reader would not halve the work but the results.
import kafkajs, { type PartitionAssigner } from 'kafkajs'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol
const NAME = 'windrow-single-reader'
const VERSION = 1

/** For a member of that epoch; among those of one epoch the lowest member id reads. */
export const singleReader =
  (epoch: number): PartitionAssigner =>
  ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: VERSION, topics, userData: encoded(epoch) }),
    }),
    assign: async ({ members, topics }) => {
      const [reader] = members
        .map(({ memberId, memberMetadata }) => ({ memberId, epoch: epochIn(memberMetadata) }))
        .sort((a, b) => b.epoch - a.epoch || (a.memberId < b.memberId ? -1 : 1))
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
          assignment: memberId === reader.memberId ? all : {},
          userData: Buffer.alloc(0),
        }),
      }))
    },
  })

const encoded = (epoch: number): Buffer => Buffer.from(String(epoch))

/** 0 where a member tells none. */
const epochIn = (metadata: Buffer): number =>
  Number(MemberMetadata.decode(metadata)?.userData.toString()) || 0
