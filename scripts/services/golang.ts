// The installed Go, with which the InfluxDB servers are built.
import { which } from './run.ts'

export const golang = (): string | undefined => which('go')

export const howToGetGo = 'https://go.dev/dl, or `brew install go`, or `apt-get install golang`'
