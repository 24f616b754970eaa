// Sends one message as it stands with nodemailer; exit code 1 and the server's words when it is not taken.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, options, secret] = process.argv.slice(2);
const nodemailer = createRequire(join(modules, 'package.json'))('nodemailer');
const { port, implicitTls, ca, user, password, from, to, message } = JSON.parse(options);

const transport = nodemailer.createTransport({
  host: '127.0.0.1',
  port,
  secure: implicitTls,
  requireTLS: !implicitTls,
  auth: secret === 'token' ? { type: 'OAuth2', user, accessToken: password } : { user, pass: password },
  tls: { ca: readFileSync(ca) },
});

try {
  const sent = await transport.sendMail({ envelope: { from, to }, raw: readFileSync(message) });
  console.log(`accepted: ${sent.response}`);
} catch (error) {
  console.log(`refused: ${error.responseCode} ${error.message}`);
  process.exitCode = 1;
} finally {
  transport.close();
}
