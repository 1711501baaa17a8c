// What every demographics store can hold; the loader rejects what goes beyond, so that no store has to.

/** Longest texts, in characters (code points). */
export const TEXT_MAX = { user_id: 255, city: 100, income_bracket: 50 } as const

/** `updated_at`, epoch milliseconds: the range of MySQL's TIMESTAMP. */
export const UPDATED_AT_MS = { min: 1000, max: 2_147_483_647_999 } as const
