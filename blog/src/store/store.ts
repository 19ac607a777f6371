import { isStoreUnavailable } from '@oms/kit/mongodb/errors.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { type Db, MongoClient } from 'mongodb';

/** What the server behind the protocol is, and so what can be asked of it. */
export interface Store {
  db: Db;
  /** For people. */
  description: string;
  /**
   * Whether a write's filter is checked and the write made in one. FerretDB 1 first reads and then writes, so of several
   * writes that ask for the same version more than one succeeds; there, one process of the blog at a time may write.
   */
  compares_and_sets: boolean;
  /** Whether indexes are used to find things; FerretDB 1 uses them only to keep values unique. */
  reads_by_index: boolean;
  /** Whether it has a text index; FerretDB 1 has none. */
  searches_text: boolean;
  close(): Promise<void>;
}

/** How long an answer of the server may take. */
const OPERATION_TIMEOUT_MS = 10_000;
/** How long an operation waits for a server that is away. */
const ABSENCE_TIMEOUT_MS = 1_500;

export async function openStore(options: {
  url: string;
  database: string;
  connections_max: number;
}): Promise<Store> {
  const client = new MongoClient(options.url, {
    appName: 'blog',
    maxPoolSize: options.connections_max,
    connectTimeoutMS: ABSENCE_TIMEOUT_MS,
    serverSelectionTimeoutMS: ABSENCE_TIMEOUT_MS,
    // Of the whole operation. The driver's older limits of its parts leave one waiting for ever whose connection was
    // closed just before it began to read.
    timeoutMS: OPERATION_TIMEOUT_MS,
    // A write that was answered is on disk of the majority, where there is one.
    writeConcern: { w: 'majority', journal: true },
  });
  try {
    const { version, ferretdbVersion } = await client.db('admin').command({ buildInfo: 1 });
    const isFerretdb = ferretdbVersion !== undefined;
    return {
      db: client.db(options.database),
      description: `${isFerretdb ? 'FerretDB' : 'MongoDB'}, protocol of ${version}`,
      compares_and_sets: !isFerretdb,
      reads_by_index: !isFerretdb,
      searches_text: !isFerretdb,
      close: () => client.close(),
    };
  } catch (cause) {
    await client.close();
    if (!isStoreUnavailable(cause)) throw cause;
    throw new OperatorError(
      `The store at ${new URL(options.url).host} cannot be reached. Start it, or correct BLOG_MONGODB_URL.`,
      { cause },
    );
  }
}
