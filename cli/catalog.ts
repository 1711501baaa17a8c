// Every command of `windrow`, by what people want to do: data alone, so that help, completion and docs need load no program.

interface Entry {
  readonly name: string
  readonly group: string
  /** What help says of it in the list of all, a line. */
  readonly summary: string
}

const GROUPS = {
  begin: 'Begin:',
  run: 'Run the parts, each in a terminal of its own:',
  look: 'Look at results:',
  ask: 'Ask why a number is as it is:',
  change: 'Change what is computed:',
  prove: 'Try, measure and prove:',
  help: 'Find your way:',
} as const

export const COMMANDS = [
  {
    name: 'start',
    group: GROUPS.begin,
    summary: 'all in one terminal: a simulated shop, the job, the page',
  },
  {
    name: 'check',
    group: GROUPS.begin,
    summary: 'whether all is well: configuration, metrics, dashboards, stores',
  },
  {
    name: 'seed',
    group: GROUPS.run,
    summary: 'load demographics: simulated people, or a CSV file',
  },
  {
    name: 'produce',
    group: GROUPS.run,
    summary: 'send events: those of a simulated shop, or of a file',
  },
  {
    name: 'stream',
    group: GROUPS.run,
    summary: 'the streaming job: events in, points of event-time windows out',
  },
  { name: 'dashboard', group: GROUPS.run, summary: 'the metrics in the browser, live' },
  {
    name: 'points',
    group: GROUPS.look,
    summary: 'the points of a metric, as a table, JSON or CSV',
  },
  {
    name: 'dead-letters',
    group: GROUPS.look,
    summary: 'what was set aside; giving it back once the cause is mended',
  },
  { name: 'late', group: GROUPS.look, summary: 'how late events are, and what can be done' },
  { name: 'why', group: GROUPS.ask, summary: 'why a window is, or is not, closed yet' },
  {
    name: 'audit',
    group: GROUPS.ask,
    summary: 'what became of every record; whether the books balance',
  },
  {
    name: 'verify',
    group: GROUPS.ask,
    summary: 'whether the store holds what the log says; mending it',
  },
  {
    name: 'new',
    group: GROUPS.change,
    summary: 'a metric: its definition, its test, its panels',
  },
  {
    name: 'plan',
    group: GROUPS.change,
    summary: 'what a change of metrics will do, before it is done',
  },
  {
    name: 'generate',
    group: GROUPS.change,
    summary: "write what is made from definitions, such as Grafana's",
  },
  {
    name: 'services',
    group: GROUPS.prove,
    summary: 'Kafka, MariaDB and InfluxDB on this machine, up and down',
  },
  { name: 'bench', group: GROUPS.prove, summary: 'measure the job by its goals, on this machine' },
  { name: 'sim', group: GROUPS.prove, summary: 'simulated worlds of faults, against an oracle' },
  { name: 'soak', group: GROUPS.prove, summary: 'the real thing under load, kills and outages' },
  { name: 'completion', group: GROUPS.help, summary: 'completion by TAB for bash, zsh or fish' },
  { name: 'help', group: GROUPS.help, summary: 'help of a command, or on a topic: exit-codes' },
] as const satisfies readonly Entry[]

export type CommandName = (typeof COMMANDS)[number]['name']
