/** What is consumed. */
export interface Order {
  readonly order: number
  readonly quantity: number
  /** In cents. */
  readonly price: number
}

/** What is produced for each order. */
export interface Invoice {
  readonly order: number
  /** In cents. */
  readonly total: number
}

/**
 * The transformation: the text of an order becomes that of its invoice. It may be done again for the same order, because
 * a transaction that failed is run again; so it depends on the order alone, and changes nothing elsewhere.
 */
export function invoiceOf(order: string): string {
  const { order: number, quantity, price } = JSON.parse(order) as Order
  const invoice: Invoice = { order: number, total: quantity * price }
  return JSON.stringify(invoice)
}
