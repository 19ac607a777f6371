import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

export interface Invoice {
  number: string;
  /** Undefined for a guest. */
  customer_id: string | undefined;
  /** As the data names it. */
  country: string;
  lines: InvoiceLine[];
  /** In pence. */
  total_amount: number;
}

export interface InvoiceLine {
  sku: string;
  description: string;
  quantity: number;
  /** In pence. */
  unit_price: number;
}

export const CURRENCY = 'GBP';

/** The invoices of an excerpt of the data set "Online Retail", in the order of the file. */
export function readInvoices(file: string | URL): Invoice[] {
  const rows: Row[] = parse(readFileSync(file), { columns: true, trim: true });
  const invoices = new Map<string, Invoice>();
  for (const row of rows) {
    const invoice = invoices.get(row.InvoiceNo) ?? newInvoice(row);
    invoices.set(row.InvoiceNo, invoice);
    const line = toLine(row);
    invoice.lines.push(line);
    invoice.total_amount += line.quantity * line.unit_price;
  }
  return [...invoices.values()];
}

type Row = Record<
  'InvoiceNo' | 'StockCode' | 'Description' | 'Quantity' | 'UnitPrice' | 'CustomerID' | 'Country',
  string
>;

function newInvoice({ InvoiceNo, CustomerID, Country }: Row): Invoice {
  return {
    number: InvoiceNo,
    customer_id: CustomerID || undefined,
    country: Country,
    lines: [],
    total_amount: 0,
  };
}

function toLine({ InvoiceNo, StockCode, Description, Quantity, UnitPrice }: Row): InvoiceLine {
  const quantity = Number(Quantity);
  const unit_price = Math.round(Number(UnitPrice) * 100);
  if (!Number.isInteger(quantity) || quantity < 1 || !Number.isInteger(unit_price)) {
    throw new Error(
      `Invoice ${InvoiceNo}: a line of ${StockCode} has quantity ${Quantity} and price ${UnitPrice}.`,
    );
  }
  return { sku: StockCode, description: Description, quantity, unit_price };
}
