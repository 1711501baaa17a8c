// Where the page is unless it is told otherwise.

export const DEFAULT_PORT = 4000
export const DEFAULT_HOST = '127.0.0.1'
