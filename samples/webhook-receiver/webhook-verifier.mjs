import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Checks that a posted contact comes from Zhice and is new. To be called with the raw body, before it is parsed.
 *
 * A request that is sent again within the window passes: the contactId of the body says whether it was sent already. The header
 * Idempotency-Key has the same id, but is not signed.
 *
 * @param {string[]} secrets the secrets in force: one, or for a while two, as the secret is changed
 * @param {string | undefined} signature the header Zhice-Signature: "t=UNIX_SECONDS,v1=HEX"
 * @param {Buffer} body the body, byte by byte as it came
 * @param {number} windowSeconds how far the clock of the sender may be off, and how long a request stays valid
 * @param {number} nowSeconds the time now, unix seconds
 * @returns {boolean} whether the request is signed by one of the secrets, and within the window
 */
export function isValid(secrets, signature, body, windowSeconds = 300, nowSeconds = Date.now() / 1000) {
  const [, sentAt, code] = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(signature ?? '') ?? [];
  if (sentAt === undefined || Math.abs(nowSeconds - Number(sentAt)) > windowSeconds) {
    return false;
  }

  const given = Buffer.from(code);
  return secrets.some(secret => timingSafeEqual(given, Buffer.from(createHmac('sha256', secret).update(`${sentAt}.`).update(body).digest('hex'))));
}
