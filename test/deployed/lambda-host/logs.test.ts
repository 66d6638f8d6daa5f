import { expect, test } from 'vitest';
import { type LogLine, metricsIn } from './logs.ts';

const line = (text: string): LogLine => ({ functionName: 'measure', sandbox: 1, stream: 'stdout', text });

test('reads each metric under each set of dimensions, and nothing from other lines', () => {
  const embedded = {
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [
        {
          Namespace: 'ServerSync',
          Dimensions: [['Installation', 'Server'], ['Installation']],
          Metrics: [{ Name: 'Lag', Unit: 'Seconds' }, { Name: 'Pending' }],
        },
      ],
    },
    Installation: 'Main',
    Server: 'hq',
    Lag: [3, 4],
    Pending: 0,
  };
  const both = { Installation: 'Main', Server: 'hq' };
  const of = { functionName: 'measure', namespace: 'ServerSync' };
  expect(metricsIn([line('plain "_aws"'), line(JSON.stringify(embedded)), line('{"level":"INFO"}')])).toEqual(
    [
      { ...of, name: 'Lag', unit: 'Seconds', values: [3, 4], dimensions: both },
      { ...of, name: 'Pending', unit: undefined, values: [0], dimensions: both },
      { ...of, name: 'Lag', unit: 'Seconds', values: [3, 4], dimensions: { Installation: 'Main' } },
      { ...of, name: 'Pending', unit: undefined, values: [0], dimensions: { Installation: 'Main' } },
    ],
  );
});
