import { samplesKeptMs } from '../../core/lag-sample.ts';
import type { LagSamples } from '../../ports/lag-samples.ts';
import { numeric, text } from './columns.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  put: 'INSERT OR REPLACE INTO lag_samples (server, at, lag, pending, since, written) VALUES (?, ?, ?, ?, ?, ?)',
  from: 'SELECT * FROM lag_samples WHERE server = ? AND at >= ? ORDER BY at',
  forget: 'DELETE FROM lag_samples WHERE server = ? AND at < ?',
};

export function lagSamplesIn(file: StateFile): LagSamples {
  const put = file.prepare(sql.put);
  const from = file.prepare(sql.from);
  const forget = file.prepare(sql.forget);
  return {
    async putSamples(samples) {
      file.transaction(() => {
        for (const { server, at, lagMs, pending, from: since, written } of samples) {
          put.run(server, at, lagMs, pending, since, written);
          forget.run(server, at - samplesKeptMs);
        }
      });
    },
    async samples(server, earliest) {
      return from.all(server, earliest).map((row) => ({
        server: text(row['server']),
        at: numeric(row['at']),
        lagMs: numeric(row['lag']),
        pending: numeric(row['pending']),
        from: numeric(row['since']),
        written: numeric(row['written']),
      }));
    },
  };
}
