// One shopper's visit, page by page: most look around, some fill a cart and leave, few buy.
import type { Event } from '../../data/events.generated.ts'
import type { Catalogue, Category, Product } from './catalogue.ts'
import type { Random } from './random.ts'

/** What a shopper did: the fields of an event that say what, not who and when. */
export type Action = Pick<
  Event,
  'event_type' | 'page' | 'product_id' | 'category' | 'quantity' | 'unit_price' | 'currency'
>

export interface Visit {
  readonly userId: string
  readonly sessionId: string
  /** How it will end. */
  readonly plan: 'look' | 'abandon' | 'buy'
  /** Pages still to be looked at before it ends or goes to the cart. */
  pagesLeft: number
  place: 'outside' | 'browsing' | 'cart' | 'checkout' | 'buying' | 'left'
  category: Category
  cart: CartLine[]
  hasPaid: boolean
  /** When the next action comes, in milliseconds of the schedule. */
  dueMs: number
}

export interface CartLine {
  readonly product: Product
  readonly quantity: number
}

/** Shares of visits. */
const BUYS = 0.044
const ABANDONS = 0.08
const BOUNCES = 0.32
/** Pages of a visit that does not bounce, besides the first, cart and checkout. */
const PAGES_MEAN = 7
/** Those who come to buy find it sooner. */
const BUYER_PAGES_MEAN = 5

/** Actions of a visit on average, from the shares above; the start of a simulation is balanced with it. */
export const ACTIONS_MEAN = 1 + (1 - BOUNCES) * PAGES_MEAN + ABANDONS * 1.6 + BUYS * 4.2

/** Time between two pages. */
export const THINK_MEAN_MS = 20_000
const THINK_MIN_MS = 800
const THINK_MAX_MS = 240_000

/** A visit that begins now or, with `isUnderWay`, one that began before. */
export function createVisit(
  userId: string,
  sessionId: string,
  catalogue: Catalogue,
  random: Random,
  isUnderWay: boolean,
): Visit {
  const chance = random.unit()
  const plan = chance < BUYS ? 'buy' : chance < BUYS + ABANDONS ? 'abandon' : 'look'
  const bounces = plan === 'look' && !isUnderWay && random.chance(BOUNCES / (1 - BUYS - ABANDONS))
  const pagesMean = plan === 'buy' ? BUYER_PAGES_MEAN : PAGES_MEAN + 1
  const visit: Visit = {
    userId,
    sessionId,
    plan,
    pagesLeft: bounces ? 1 : 2 + Math.floor(random.exponential(pagesMean - 1.5)),
    place: isUnderWay ? 'browsing' : 'outside',
    category: catalogue.categories[random.longTail(catalogue.categories.length)],
    cart: [],
    hasPaid: false,
    dueMs: 0,
  }
  // Of those who are under way and have things to buy, some stand at the cart already.
  if (isUnderWay && random.chance(0.35))
    visit.place = afterPages(visit, catalogue, random, 'browsing')
  return visit
}

/** The visit's next action; afterwards `place` is `left` when it was the last one. */
export function act(visit: Visit, catalogue: Catalogue, random: Random): Action {
  if (visit.place === 'buying') return buyNext(visit)
  if (visit.place === 'cart') return see(visit, '/cart', afterCart(visit, random))
  if (visit.place === 'checkout')
    return see(visit, '/checkout', visit.plan === 'buy' ? 'buying' : 'left')
  visit.pagesLeft--
  const action =
    visit.place === 'outside' ? land(visit, catalogue, random) : browse(visit, catalogue, random)
  visit.place = visit.pagesLeft > 0 ? 'browsing' : afterPages(visit, catalogue, random, 'left')
  return action
}

/** Time until a visit's next action, milliseconds. */
export function thinkMs(visit: Visit, random: Random): number {
  // The lines of one order come together.
  if (visit.hasPaid) return 0
  const drawn = THINK_MIN_MS + random.exponential(THINK_MEAN_MS - THINK_MIN_MS)
  return Math.min(THINK_MAX_MS, drawn)
}

function browse(visit: Visit, catalogue: Catalogue, random: Random): Action {
  const chance = random.unit()
  if (chance < 0.12) return searchPage(catalogue, random)
  if (chance < 0.3) visit.category = catalogue.categories[random.below(catalogue.categories.length)]
  return chance < 0.4 ? categoryPage(visit) : productPage(visit, random)
}

function land(visit: Visit, catalogue: Catalogue, random: Random): Action {
  const chance = random.unit()
  if (chance < 0.4) return click('/')
  if (chance < 0.6) return searchPage(catalogue, random)
  return chance < 0.8 ? categoryPage(visit) : productPage(visit, random)
}

/** Fills the cart of those who have things to buy; the others go `elseTo`. */
function afterPages(
  visit: Visit,
  catalogue: Catalogue,
  random: Random,
  elseTo: Visit['place'],
): Visit['place'] {
  if (visit.plan === 'look') return elseTo
  const lines = 1 + Math.floor(random.exponential(0.7))
  for (let i = 0; i < lines; i++) {
    const from = i === 0 ? visit.category.products : catalogue.products
    const quantity = random.chance(0.75) ? 1 : 2 + random.below(4)
    visit.cart.push({ product: from[random.longTail(from.length)], quantity })
  }
  return 'cart'
}

const afterCart = (visit: Visit, random: Random): Visit['place'] =>
  visit.plan === 'buy' || random.chance(0.6) ? 'checkout' : 'left'

function see(visit: Visit, page: string, next: Visit['place']): Action {
  visit.place = next
  return click(page)
}

function buyNext(visit: Visit): Action {
  const line = visit.cart.pop()!
  visit.hasPaid = true
  if (visit.cart.length === 0) visit.place = 'left'
  return {
    event_type: 'purchase',
    product_id: line.product.id,
    category: line.product.category,
    page: '/checkout/complete',
    quantity: line.quantity,
    unit_price: line.product.price,
    currency: 'USD',
  }
}

const click = (page: string): Action => ({ event_type: 'click', page })

const searchPage = (catalogue: Catalogue, random: Random): Action =>
  click(`/search?q=${catalogue.searches[random.longTail(catalogue.searches.length)]}`)

const categoryPage = (visit: Visit): Action => ({
  event_type: 'click',
  category: visit.category.name,
  page: visit.category.page,
})

function productPage(visit: Visit, random: Random): Action {
  const { products } = visit.category
  const product = products[random.longTail(products.length)]
  return {
    event_type: 'click',
    product_id: product.id,
    category: product.category,
    page: product.page,
  }
}
