import { ConflictException, Injectable } from "@nestjs/common";
import { randomUUID } from "node:crypto";
import { Pool } from "pg";

export type State = "authorised" | "captured" | "released";

export interface Authorisation {
  id: string;
  customerId: string;
  amountMinor: number;
  currency: string;
  state: State;
}

const COLUMNS = `authorisation AS id, customer_id AS "customerId", amount_minor AS "amountMinor", currency, state`;

@Injectable()
export class LedgerRepository {
  private readonly pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 });

  async add(customerId: string, amountMinor: number, currency: string): Promise<Authorisation> {
    const result = await this.pool.query(
      `INSERT INTO authorisations (authorisation, customer_id, amount_minor, currency, state)
       VALUES ($1, $2, $3, $4, 'authorised') RETURNING ${COLUMNS}`,
      [randomUUID(), customerId, amountMinor, currency],
    );
    return result.rows[0];
  }

  async find(id: string): Promise<Authorisation | undefined> {
    const result = await this.pool.query(`SELECT ${COLUMNS} FROM authorisations WHERE authorisation = $1`, [id]);
    return result.rows[0];
  }

  async move(id: string, from: State, to: State): Promise<Authorisation> {
    const result = await this.pool.query(
      `UPDATE authorisations SET state = $3 WHERE authorisation = $1 AND state = $2 RETURNING ${COLUMNS}`,
      [id, from, to],
    );
    if (result.rowCount !== 1) throw new ConflictException(`not ${from} any more`);
    return result.rows[0];
  }
}
