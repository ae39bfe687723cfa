/**
 * The process that validates: `deno run --no-config --lock=ajv.lock validate.ts npm:ajv@X`. It reads a schema and
 * values from stdin, as JSON, and writes which of them the schema accepts.
 *
 * @module
 */
const [validator] = Deno.args;
const { Ajv } = await import(validator);
const { schema, values } = await new Response(Deno.stdin.readable).json();
const accepts = new Ajv({ strictTypes: false }).compile(schema);
console.log(JSON.stringify(values.map((value: unknown) => accepts(value))));
