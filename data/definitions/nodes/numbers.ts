// Fields, and numbers made of them.

/** A field of the event, one that the enrichment adds, or a measure of a session. */
export interface FieldNode<Name extends string = string> {
  readonly kind: 'field'
  readonly name: Name
}

export interface MulNode {
  readonly kind: 'mul'
  readonly left: FieldNode
  readonly right: FieldNode
}

export type NumberNode = FieldNode | MulNode

/** Product of two number fields, exact: decimals add up. */
export const mul = (left: FieldNode, right: FieldNode): MulNode => ({ kind: 'mul', left, right })

/** A measure of the metric's sessions, as a number field: its values and conditions are of sessions, not of events. */
export const measure = (name: string): FieldNode => ({ kind: 'field', name })

/** The fields an expression reads. */
export const fieldsOfNumber = (node: NumberNode): string[] =>
  node.kind === 'mul' ? [node.left.name, node.right.name] : [node.name]
