import { Injectable, NotFoundException } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { Traced, withSpan } from '../../../packages/telemetry/src/spans';
import { AccountsStore } from './accounts.store';

@Injectable()
export class AccountsService {
  private readonly tracer = trace.getTracer(AccountsService.name);

  constructor(private readonly store: AccountsStore) {}

  @Traced()
  list(): Promise<unknown> { // span: AccountsService.list
    return this.store.all();
  }

  async find(id: string): Promise<unknown> {
    return this.tracer.startActiveSpan('find account', async (span) => { // span: find account
      try {
        const found = await this.store.byId(id);
        if (id === 'nobody') throw new NotFoundException(`no account ${id}`);
        return found;
      } catch (error) {
        span.recordException(error as Error);
        throw error;
      } finally {
        span.end();
      }
    });
  }

  open(name: string): Promise<unknown> {
    return withSpan('open account', () => this.store.insert(name)); // span: open account
  }
}
