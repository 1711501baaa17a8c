// What a service is: a real server (or program) that tests and users without Docker get natively.
// Each implementation only describes how to have, configure, start and ask its server; `native.ts`
// does the rest.

/** Tells the user one line of progress. */
export type Say = (line: string) => void

/** Named ports of one server on 127.0.0.1. */
export type Ports = Readonly<Record<string, number>>

/** Environment variables. */
export type Variables = Readonly<Record<string, string>>

export type Availability =
  /** Can be started now; `how` says where it comes from. */
  | { readonly state: 'ready'; readonly how: string }
  /** `install` gets it; `how` says in which way. */
  | { readonly state: 'installable'; readonly how: string }
  /** Cannot be had here; `how` is a sentence on what is lacking and how to get it. */
  | { readonly state: 'missing'; readonly how: string }

export interface Service {
  /** As given on the command line: `kafka`, `mariadb`, … */
  readonly name: string
  /** For people: `Kafka`. */
  readonly title: string
  readonly version: string
  /** In the names of test variables: `KAFKA` gives `TEST_KAFKA_MISSING`. */
  readonly testName: string
  /** The test variable with its address; once that is set the service is there. */
  readonly testAddress: string
  /** `services:up` brings it up only by name. */
  readonly isForTestsOnly?: true
  available(): Promise<Availability>
  /** Called only when `installable`; afterwards `available` is `ready`. */
  install(context: InstallContext): Promise<void>
  /** Absent: a program without a process of its own, such as a browser. */
  readonly server?: Server
  /** The variables that tests get of a service without a server. */
  testVariables?(): Promise<Variables>
}

export interface InstallContext {
  readonly say: Say
  readonly signal: AbortSignal
}

export interface Server {
  /** Ports wanted, by name. Another one is chosen where one is taken. */
  readonly defaultPorts: Ports
  /** The port of `defaultPorts` that clients speak to. */
  readonly clientPort: string
  /** How long after its start the server may take to answer. */
  readonly readyWithinMs: number
  /** Writes configuration and, the first time, initial data into `place.dir`; says what to run. */
  prepare(place: Place): Promise<Launch>
  /**
   * Asks the server whether it serves; throws while it does not. Returns the version it reports, or
   * ''.
   */
  probe(ports: Ports): Promise<string>
  /** Creates what clients expect (database, organisation, token). Harmless when repeated. */
  provision?(ports: Ports): Promise<void>
  /** What the programs need to use this server. */
  variables(ports: Ports): Variables
  /** What the tests need to use this server. */
  testVariables(ports: Ports): Variables
}

export interface Place extends InstallContext {
  /** Directory of this server's configuration and data, absolute; exists. */
  readonly dir: string
  readonly ports: Ports
}

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

export const HOST = '127.0.0.1'
