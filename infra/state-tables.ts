/** The state: records (heads and replicas) and control (all else). It outlives the stack. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export class StateTables extends Construct {
  readonly records: Table;
  readonly control: Table;

  constructor(scope: Construct, id: string, key: IKey | undefined) {
    super(scope, id);
    this.records = stateTable(this, 'Records', key);
    this.control = stateTable(this, 'Control', key, 'expires');
  }
}

/** `expires`: the attribute, in epoch seconds, from when on a row may go. */
function stateTable(scope: Construct, id: string, key: IKey | undefined, expires?: string): Table {
  return new Table(scope, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    // Kept even by a first deployment that fails: what is protected cannot be taken away again, and the undoing would fail too.
    removalPolicy: RemovalPolicy.RETAIN,
    ...(expires !== undefined && { timeToLiveAttribute: expires }),
    ...(key && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
  });
}
