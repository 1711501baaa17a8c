import kafkajs, { type Cluster, type GroupMember, type Logger } from 'kafkajs'
import { expect, it } from 'vitest'
import { singleReader } from './assigner.ts'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol

const cluster = {
  findTopicPartitionMetadata: () => [{ partitionId: 0 }, { partitionId: 1 }],
} as unknown as Cluster
const ofEpoch = (epoch: number) =>
  singleReader(epoch)({ cluster, groupId: 'g', logger: {} as Logger })
const member = (memberId: string, epoch: number): GroupMember => ({
  memberId,
  memberMetadata: ofEpoch(epoch).protocol({ topics: ['t'] }).metadata,
})
/** Partitions by member. */
const assigned = async (members: GroupMember[]) => {
  const assignments = await ofEpoch(0).assign({ members, topics: ['t'] })
  return Object.fromEntries(
    assignments.map(({ memberId, memberAssignment }) => [
      memberId,
      MemberAssignment.decode(memberAssignment)?.assignment.t ?? [],
    ]),
  )
}

it('gives everything to the member of the highest epoch', async () => {
  const members = [member('a', 9), member('b', 10), member('c', 2)]
  expect(await assigned(members)).toEqual({ a: [], b: [0, 1], c: [] })
})

it('gives everything to the lowest id among equals', async () => {
  expect(await assigned([member('b', 1), member('a', 1)])).toEqual({ a: [0, 1], b: [] })
})

it('takes a member that tells no epoch for one of epoch 0', async () => {
  const silent = {
    memberId: 'a',
    memberMetadata: MemberMetadata.encode({
      version: 1,
      topics: ['t'],
      userData: Buffer.alloc(0),
    }),
  }
  expect(await assigned([silent, member('b', 1)])).toEqual({ a: [], b: [0, 1] })
})
