// Numbers as people read them.

/** 1234567.4 → "1,234,567". */
export const grouped = (n: number): string => Math.round(n).toLocaleString('en-US')
