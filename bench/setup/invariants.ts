import { createPool } from '@oms/kit/postgres/pool.ts';
import { createSandbox } from '@oms/sandbox/sandbox.ts';
import { render } from '../../oms/src/verify/report.ts';
import { verify } from '../../oms/src/verify/verify.ts';
import { progress, type Row } from './bench.ts';

/** Checks the six invariants after a measurement, with a sandbox of its own on the same data. */
export async function checkInvariants(name: string, database_url: string): Promise<Row> {
  progress('checking the invariants');
  const pool = createPool({ url: database_url, max: 8, application_name: 'sandbox' });
  const sandbox = createSandbox({ pool });
  const url = await sandbox.listen();
  try {
    const report = await verify({
      database_url,
      stripe: { key: 'sk_test_bench', url },
      easypost: { key: 'EZTKbench', url },
    });
    if (!report.ok) console.error(render(report));
    const { completed, cancelled, in_flight, attention } = report.orders;
    const counts = `${completed} completed, ${cancelled} cancelled, ${in_flight} waiting, ${attention} need attention`;
    return {
      name,
      figure: `${report.ok ? 'hold' : 'BROKEN'}: ${counts}`,
      aim: 'hold',
      is_met: report.ok,
    };
  } finally {
    await sandbox.close();
    await pool.end();
  }
}
