// Tells a schema that is up to date from one that is not, without Kysely: loading that takes half a second, which a job
// that starts has better uses for.

/** Names of the migrations of both dialects, in order; what they do is in schema.ts. */
export const MIGRATION_NAMES = ['001_demographics'] as const

/** Names of those that were run, from the table where Kysely notes them. */
export const SELECT_APPLIED = 'SELECT name FROM kysely_migration ORDER BY name'

/** `applied`: rows of the statement above. */
export const isUpToDate = (applied: readonly { readonly name: string }[]): boolean =>
  applied.map(({ name }) => name).join() === MIGRATION_NAMES.join()
