// Where the page is, and where it looks for the job, unless it is told otherwise.

export const DEFAULT_PORT = 4000
export const DEFAULT_HOST = '127.0.0.1'
export const DEFAULT_JOB_URL = 'http://127.0.0.1:4100'
