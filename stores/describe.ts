// The line every program prints at start: which stores it uses.

/** "stores: events SQLite .windrow/events.db · points InfluxDB http://…", in the order of the properties. */
export function describeStores(stores: Readonly<Record<string, { description: string }>>): string {
  const parts = Object.entries(stores).map(([name, store]) => `${name} ${store.description}`)
  return `stores: ${parts.join(' · ')}`
}
