/** The function `doctor` of a stack, asked for a look at each server from where the other functions reach it. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { jsonOf } from '../../core/json.ts';
import { failed, type Finding, type Found, ok, unproven, warning } from '../../doctor/finding.ts';
import { type InsideAnswer, insideAnswerSchema, writtenDigest } from '../../doctor/inside-answer.ts';
import type { ServerLook } from '../../doctor/look.ts';
import { stackChecks } from '../../doctor/stack-catalogue.ts';
import { AwsStateError, translated } from '../../state/aws/state-error.ts';
import { asOperator, operatorClient } from '../operator-request.ts';
import { notLooked, type StackAsked, typed } from './stack-asked.ts';

export type InsideEvent = { readonly server: string; readonly table?: string; readonly writeProbe: boolean };

/** What the function answers, or the name of what kept it from that. Throws AwsStateError. */
export type Inside = (
  functionName: string,
  event: InsideEvent,
) => Promise<InsideAnswer | { readonly failure: string }>;

/** Longer than the function may live, ms. */
const requestTimeout = 330_000;

export type OpenedInside = { readonly inside: Inside; readonly close: () => void };

export function openInside(region: string, signal: AbortSignal): OpenedInside {
  // Asked once: whoever asks again may have a second record written.
  const client = new LambdaClient({
    ...operatorClient,
    maxAttempts: 1,
    requestHandler: { ...operatorClient.requestHandler, requestTimeout },
  });
  const inside: Inside = async (FunctionName, event) => {
    const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) });
    const asked = { what: `function ${FunctionName}`, region, action: 'lambda:InvokeFunction' };
    const { FunctionError, Payload } = await asOperator(asked, () =>
      translated(asked.what, () => client.send(command, { abortSignal: signal })),
    );
    const answer = jsonOf(Buffer.from(Payload ?? []).toString('utf8'));
    if (FunctionError !== undefined) return { failure: failureIn(answer) };
    const read = insideAnswerSchema.safeParse(answer);
    return read.success ? read.data : { failure: 'it is of another version than this serversync' };
  };
  return { inside, close: () => client.destroy() };
}

/** Of our own errors the text may be shown: it holds neither values nor credentials. */
const failureIn = (answer: unknown): string =>
  z.object({ errorMessage: z.string() }).safeParse(answer).data?.errorMessage ?? 'it ended with an error';

export type InsideLooks = { readonly findings: readonly Finding[]; readonly looks: readonly ServerLook[] };

/** One server after the other: each look is one function more at work beside those of the sync. */
export async function looksFromInside(
  asked: StackAsked,
  inside: Inside,
  event: Omit<InsideEvent, 'server'>,
  signal: AbortSignal,
): Promise<InsideLooks> {
  const { DoctorFunction } = asked.outputs;
  if (DoctorFunction === undefined) return { findings: [olderStack], looks: [] };
  const findings: Finding[] = [];
  const answers: InsideAnswer[] = [];
  try {
    for (const { name: server } of asked.servers) {
      if (signal.aborted) break;
      const answer = await inside(DoctorFunction, { ...event, server });
      if ('failure' in answer) findings.push({ ...failedInside(asked, answer.failure), server });
      else {
        answers.push(answer);
        findings.push({ ...lookedInside, server }, ...answer.look.findings.map((one) => ofStack(one, asked)));
      }
    }
  } catch (error) {
    // What keeps it from one look keeps it from all.
    if (error instanceof AwsStateError) findings.push(notLooked('inside', error));
    else if (!signal.aborted) throw error;
  }
  if (signal.aborted) findings.push(unproven('inside', 'not looked at any further: it was stopped'));
  return {
    findings: [...findings, ...deployedFindings(asked, answers)],
    looks: answers.map(({ look }) => look),
  };
}

/** Of one machine, as remedies name them. */
const ofMachine: readonly (readonly string[])[] = [['doctor', '--write-probe'], ['plan']];

/** A remedy names the command for this stack. */
export function ofStack(finding: Finding, asked: StackAsked): Finding {
  const words = ofMachine.find((each) => finding.remedy?.includes(`serversync ${each.join(' ')}`));
  if (words === undefined || finding.remedy === undefined) return finding;
  const remedy = finding.remedy.replace(`serversync ${words.join(' ')}`, typed(asked, ...words));
  return { ...finding, remedy };
}

const olderStack = failed(
  'inside',
  'the stack has no function doctor: it was deployed by an older serversync',
  'Deploy it once more: npx cdk deploy',
);

const lookedInside = ok('inside', 'looked at from inside the stack, over the network of its functions');

const failedInside = ({ stack }: StackAsked, failure: string): Found =>
  failed(
    'inside',
    `not looked at from inside the stack: ${failure}`,
    `npx cdk deploy brings its function up to date; what it met is in the log group /serversync/${stack}/doctor`,
  );

function deployedFindings(
  { configuration, configFile }: StackAsked,
  answers: readonly InsideAnswer[],
): readonly Found[] {
  const [answer] = answers;
  if (answer === undefined) return [];
  if (answer.configuration === writtenDigest(configuration))
    return [ok('deployed', `${configFile} says the same as the one that was deployed`)];
  const text = `${configFile} is not what was deployed: the stack works by another one`;
  return [warning('deployed', text, stackChecks.deployed.remedy)];
}
