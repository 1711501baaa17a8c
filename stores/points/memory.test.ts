import { describePointsStore } from './conformance.ts'
import { memoryPoints } from './memory.ts'

const store = memoryPoints()

describePointsStore('points in memory', () => store)
