// Whole numbers that doubles do not hold exactly, for a few slots beside the doubles of all.
import type { NumbersState } from './aggregate.ts'

/** By slot, what does not fit into its double. */
export type Beyond = Map<number, bigint>

/** Of the groups in these slots. */
export function beyondOf(beyond: Beyond, slots: Int32Array): NumbersState['beyond'] {
  if (beyond.size === 0) return []
  return [...slots.entries()].flatMap(([group, slot]) => {
    const value = beyond.get(slot)
    return value === undefined ? [] : [[group, value] as const]
  })
}

/** value / scale as the nearest double, through its decimal text: conversion from text rounds correctly. */
export function nearestDouble(value: bigint, scale: bigint): number {
  const sign = value < 0n ? '-' : ''
  const magnitude = value < 0n ? -value : value
  const fraction = String(magnitude % scale).padStart(String(scale).length - 1, '0')
  return Number(`${sign}${magnitude / scale}.${scale === 1n ? '0' : fraction}`)
}
