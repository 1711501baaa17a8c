// Conditions on an event, or on a session.
import type { FieldNode } from './numbers.ts'

export interface OneOfNode {
  readonly kind: 'oneOf'
  readonly field: FieldNode
  readonly values: readonly string[]
}

/** A number within bounds, both inclusive; an absent one is not. In the field's own unit: dollars, not cents. */
export interface RangeNode {
  readonly kind: 'range'
  readonly field: FieldNode
  readonly least?: number
  readonly most?: number
}

/** A text or number that is there. */
export interface PresentNode {
  readonly kind: 'present'
  readonly field: FieldNode
}

/** A text that begins so. */
export interface PrefixNode {
  readonly kind: 'prefix'
  readonly field: FieldNode
  readonly prefix: string
}

export type PredicateNode =
  | OneOfNode
  | RangeNode
  | PresentNode
  | PrefixNode
  | { readonly kind: 'and'; readonly terms: readonly PredicateNode[] }
  | { readonly kind: 'or'; readonly terms: readonly PredicateNode[] }
  | { readonly kind: 'not'; readonly term: PredicateNode }

/** Events whose `field` is `value`. */
export const eq = (field: FieldNode, value: string): PredicateNode => oneOf(field, [value])

/** Events whose `field` is one of `values`. */
export const oneOf = (field: FieldNode, values: readonly string[]): PredicateNode => ({
  kind: 'oneOf',
  field,
  values,
})

/** Events whose number `field` is `least` or more. */
export const atLeast = (field: FieldNode, least: number): RangeNode => ({
  kind: 'range',
  field,
  least,
})

/** Events whose number `field` is `most` or less. */
export const atMost = (field: FieldNode, most: number): RangeNode => ({
  kind: 'range',
  field,
  most,
})

/** Events that have the field. */
export const present = (field: FieldNode): PresentNode => ({ kind: 'present', field })

/** Events whose text `field` begins with `prefix`. */
export const startsWith = (field: FieldNode, prefix: string): PrefixNode => ({
  kind: 'prefix',
  field,
  prefix,
})

/** All of the conditions. */
export const and = (...terms: readonly PredicateNode[]): PredicateNode => ({ kind: 'and', terms })
/** One of the conditions, or several. */
export const or = (...terms: readonly PredicateNode[]): PredicateNode => ({ kind: 'or', terms })
/** Not the condition. */
export const not = (term: PredicateNode): PredicateNode => ({ kind: 'not', term })

/** Conditions on one field that a condition is made of. */
export type FieldPredicate = OneOfNode | RangeNode | PresentNode | PrefixNode

export function leavesOf(node: PredicateNode | undefined): FieldPredicate[] {
  if (node === undefined) return []
  if (node.kind === 'not') return leavesOf(node.term)
  if (node.kind === 'and' || node.kind === 'or') return node.terms.flatMap(leavesOf)
  return [node]
}
