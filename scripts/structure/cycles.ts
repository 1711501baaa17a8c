// Finds a cycle in a directed graph.

/** A cycle as a path whose last node is its first, or undefined when there is none. */
export function findCycle<T>(edges: ReadonlyMap<T, ReadonlySet<T>>): readonly T[] | undefined {
  const done = new Set<T>()
  const path: T[] = []
  const onPath = new Set<T>()

  function visit(node: T): readonly T[] | undefined {
    if (onPath.has(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return undefined
    path.push(node)
    onPath.add(node)
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next)
      if (cycle !== undefined) return cycle
    }
    path.pop()
    onPath.delete(node)
    done.add(node)
    return undefined
  }

  for (const node of edges.keys()) {
    const cycle = visit(node)
    if (cycle !== undefined) return cycle
  }
  return undefined
}
