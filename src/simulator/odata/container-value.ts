/** What an entity shows of a container field that `$select` names: its bytes in Base64. */
import type { ODataExchange } from './exchange.ts';

export function containerValue(value: string, { simulation }: ODataExchange): string {
  const blob = simulation.blobs.get(value);
  return JSON.stringify(blob ? blob.whole().toString('base64') : value);
}
