/** What functions asked of AWS, counted by operation and by which of the two tables. */
import type { RecordedRequest } from './recorder/recorder.ts';

export type Asked = Readonly<Record<string, number>>;

const placeOf = ({ needs: [need] }: RecordedRequest): string => {
  if (need?.resource.includes('StateRecords')) return ' records';
  return need?.resource.includes('StateControl') ? ' control' : '';
};

/** Such as `dynamodb:PutItem records`. Polling a queue is Lambda's own doing, and is left out. */
export function askedBy(functionName: string, requests: readonly RecordedRequest[]): Asked {
  const names = requests
    .filter((request) => request.functionName === functionName && request.operation !== 'sqs:ReceiveMessage')
    .map((request) => `${request.operation}${placeOf(request)}`);
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

export const sumOf = (asked: Asked): number => Object.values(asked).reduce((sum, count) => sum + count, 0);
