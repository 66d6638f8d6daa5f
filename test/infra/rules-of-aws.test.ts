/** What others check of a template: cdk-nag by the rules of AWS Solutions, cfn-lint by the rules of CloudFormation. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { appAsDeployed } from './support/cdk-json.ts';
import { type Described, office, stackOf } from './support/synthesised.ts';

const key = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const shapes: readonly (readonly [string, Described])[] = [
  ['two servers', office],
  [
    'servers of every role with every option',
    {
      roles: { hq: 'both', source: 'send', copy: 'receive' },
      woken: ['hq', 'source'],
      alarms: { email: 'ops@example.com' },
      aws: {
        kmsKey: key,
        vpc: { id: 'vpc-0abc1234', subnets: ['subnet-0abc1234'] },
        permissionsBoundary: 'Boundary',
        tags: { department: 'sales' },
        alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:alerts',
        logRetention: 90,
      },
    },
  ],
];

const directory = mkdtempSync(join(tmpdir(), 'serversync-rules-'));
afterAll(() => rmSync(directory, { recursive: true }));

const reportSchema = z.object({
  pluginReports: z.array(
    z.object({
      violations: z.array(
        z.object({
          ruleName: z.string(),
          violatingConstructs: z.array(z.looseObject({ constructPath: z.string() })),
        }),
      ),
    }),
  ),
});

/** Findings that no reason was given for. */
function findings(app: App): readonly string[] {
  const { directory: out } = app.synth({ errorOnDuplicateSynth: false });
  const report = reportSchema.parse(JSON.parse(readFileSync(join(out, 'validation-report.json'), 'utf8')));
  return report.pluginReports.flatMap(({ violations }) =>
    violations.map(({ ruleName, violatingConstructs }) =>
      [ruleName, ...violatingConstructs.map(({ constructPath }) => constructPath)].join(' '),
    ),
  );
}

test.each(shapes)('cdk-nag finds nothing in a stack of %s that has no reason', (name, described) => {
  const app = appAsDeployed({ outdir: join(directory, `nag ${name}`) });
  stackOf(described, 'ServerSync', app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(findings(app)).toEqual([]);
});

/** Where the checks of a release run, a linter that is not there is a failure and no skip. */
const isRequired = process.env['SERVERSYNC_CFN_LINT'] === 'required';
const hasLinter = spawnSync('cfn-lint', ['--version']).status === 0;

/** W3005: CDK says once more in words that a function comes after its role, which the reference to it says too. */
const ignored = ['W3005'];

test.skipIf(!hasLinter && !isRequired).each(shapes)(
  'cfn-lint finds nothing in a stack of %s (skipped where it is not installed, unless SERVERSYNC_CFN_LINT=required)',
  (name, described) => {
    if (!hasLinter) throw new Error('no command cfn-lint: pip install cfn-lint, and have it in PATH');
    const app = appAsDeployed({ outdir: join(directory, `lint ${name}`) });
    stackOf(described, 'ServerSync', app);
    const { directory: out } = app.synth();
    const template = join(out, 'ServerSync.template.json');
    const { stdout, status } = spawnSync('cfn-lint', [template, '--ignore-checks', ...ignored], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  },
);
