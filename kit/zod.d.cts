// The types of zod.cjs: zod's own.
export * from 'zod'
