import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { Traced } from '../../../packages/telemetry/src/spans';

@Injectable()
export class AccountsStore {
  private readonly pool = new Pool({ connectionString: process.env.DATABASE_URL });

  async all(): Promise<unknown[]> {
    const { rows } = await this.pool.query('SELECT id, name FROM accounts ORDER BY name'); // span: pg.query:SELECT* [parent=AccountsService.list] // span: pg-pool.connect* [parent=AccountsService.list] // span: pg.connect* [parent=pg-pool.connect*]
    return rows;
  }

  async byId(id: string): Promise<unknown> {
    const { rows } = await this.pool.query('SELECT id, name FROM accounts WHERE id = $1', [id]); // span: pg.query:SELECT* [parent=find account] // span: pg-pool.connect* [parent=find account]
    return rows[0] ?? null;
  }

  @Traced('accounts.insert')
  async insert(name: string): Promise<unknown> { // span: accounts.insert
    const client = await this.pool.connect(); // span: pg-pool.connect* [parent=accounts.insert]
    try {
      await client.query('BEGIN'); // span: pg.query:BEGIN*
      await client.query({ text: 'INSERT INTO accounts (name) VALUES ($1)', values: [name] }); // span: pg.query:INSERT*
      await client.query('COMMIT'); // span: pg.query:COMMIT*
      return { name };
    } finally {
      client.release();
    }
  }
}
