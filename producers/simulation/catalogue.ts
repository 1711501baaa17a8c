// What the simulated shop sells. The same seed gives the same catalogue; the first products of each list sell best.
import { createRandom } from './random.ts'

export interface Product {
  readonly id: string
  readonly category: string
  /** Path of its page. */
  readonly page: string
  /** US dollars, at most two decimals, more than 0. */
  readonly price: number
}

export interface Category {
  readonly name: string
  readonly page: string
  /** Best-selling first; never empty. */
  readonly products: readonly Product[]
}

export interface Catalogue {
  readonly categories: readonly Category[]
  /** Best-selling first. */
  readonly products: readonly Product[]
  /** Words people search for. */
  readonly searches: readonly string[]
}

const CATEGORIES = 12

/** Builds a catalogue of so many products (12 or more) with faker's names and prices. */
export async function createCatalogue(seed: number, products: number): Promise<Catalogue> {
  // Faker is large: it is loaded only when events are made up, never for a replay.
  const { faker } = await import('@faker-js/faker/locale/en')
  faker.seed(createRandom(seed, 'catalogue').uint32())
  const names = faker.helpers.uniqueArray(faker.commerce.department, CATEGORIES)
  const make = (n: number): Product => {
    const name = faker.commerce.productName()
    const id = `p-${String(n + 1).padStart(5, '0')}`
    const priciest = faker.helpers.arrayElement([20, 60, 60, 250, 900])
    return {
      id,
      category: names[n < CATEGORIES ? n : faker.number.int(CATEGORIES - 1)].toLowerCase(),
      page: `/product/${slug(name)}-${id}`,
      price: Number(faker.commerce.price({ min: 2, max: priciest, dec: 2 })),
    }
  }
  const all = Array.from({ length: products }, (_, n) => make(n))
  return {
    products: all,
    categories: names.map((name) => ({
      name: name.toLowerCase(),
      page: `/category/${slug(name)}`,
      products: all.filter((product) => product.category === name.toLowerCase()),
    })),
    searches: faker.helpers.uniqueArray(() => faker.commerce.product().toLowerCase(), 15),
  }
}

const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
