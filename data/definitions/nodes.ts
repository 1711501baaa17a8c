// The words metrics are made of: frozen plain nodes, no closures. Compilers read them; nodes do nothing.
export * from './nodes/numbers.ts'
export * from './nodes/predicates.ts'
export * from './nodes/values.ts'
export * from './nodes/windows.ts'
