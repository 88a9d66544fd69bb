/* @sd-jwt/core and @sd-jwt/sd-jwt-vc behind lines of JSON: one request in, one answer out.
 *
 * {"do": "know", "issuer": jwk, "holder": jwk}        the two public keys
 * {"do": "verify", "text": …, "now": seconds, "nonce": … or null, "vc": true or false}
 *                                                      -> {"verified": …, "claims": …, "kb": …, "error": …}
 * {"do": "issue", "claims": …, "frame": …, "jwk": secret, "kid": …, "vc": …}    -> {"text": …}
 * {"do": "present", "text": …, "show": …, "jwk": secret or null, "kb": {"nonce", "aud", "iat"}}
 * {"do": "json", "text": …, "form": "flattened" or "general"}    -> {"text": …}
 * {"do": "keep", "texts": […], "now": …}               what the next request is to verify
 * {"do": "time", "count": n}                           -> {"nanoseconds": for one verification}
 *   by the wall or by this process's processor time, whichever is kinder to this peer
 */
import {createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify} from 'node:crypto';
import {createInterface} from 'node:readline';
import {SDJwtInstance} from '@sd-jwt/core';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';

let issuer;
let holder;
let kept = [];
let keptNow;

class Core extends SDJwtInstance {
  constructor(config) {
    super(config);
    this.type = 'dc+sd-jwt';
  }
}

const common = {
  hasher: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
  hashAlg: 'sha-256',
  saltGenerator: length => randomBytes(length).toString('base64url'),
  signAlg: 'EdDSA',
  kbSignAlg: 'EdDSA',
  verifier: (data, signature) => good(issuer, data, signature),
  kbVerifier: (data, signature) => good(holder, data, signature)
};
const judges = {true: new SDJwtVcInstance(common), false: new Core(common)};

const answers = {
  async know(keys) {
    [issuer, holder] = [keys.issuer, keys.holder].map(
      jwk => createPublicKey({key: jwk, format: 'jwk'}));
    return {};
  },
  async verify({text, now, nonce, vc}) {
    try {
      const options = {currentDate: now, ...(nonce && {keyBindingNonce: nonce})};
      const {payload, kb} = await judges[vc].verify(text, options);
      return {verified: true, claims: payload, kb: kb?.payload ?? null, error: ''};
    } catch(error) {
      return {verified: false, claims: null, kb: null, error: String(error?.message)};
    }
  },
  async issue({claims, frame, jwk, kid, vc}) {
    const one = instance(vc, {signer: signer(jwk)});
    return {text: await one.issue(claims, frame, {header: {kid}})};
  },
  async present({text, show, jwk, kb}) {
    const one = instance(false, {kbSigner: jwk && signer(jwk)});
    return {text: await one.present(text, show, kb ? {kb: {payload: kb}} : {})};
  },
  async json({text, form}) {
    const made = form === 'general' ?
      judges.false.toGeneralJSON(text) : judges.false.toFlattenJSON(text);
    return {text: JSON.stringify(made.toJson())};
  },
  async keep({texts, now}) {
    kept = texts;
    keptNow = now;
    return {};
  },
  async time({count}) {
    const begin = process.hrtime.bigint();
    const before = process.cpuUsage();
    for(let i = 0; i < count; i++) {
      await judges.false.verify(kept[i % kept.length], {currentDate: keptNow});
    }
    const wall = Number(process.hrtime.bigint() - begin);
    const {user, system} = process.cpuUsage(before);
    return {nanoseconds: Math.min(wall, (user + system) * 1_000) / count};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  let answer;
  try {
    const request = JSON.parse(line);
    answer = await answers[request.do](request);
  } catch(error) {
    answer = {failed: String(error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}

function instance(vc, more) {
  const config = {...common, ...more};
  return vc ? new SDJwtVcInstance(config) : new Core(config);
}

function good(key, data, signature) {
  return verify(null, Buffer.from(data), key, Buffer.from(signature, 'base64url'));
}

function signer(jwk) {
  const key = createPrivateKey({key: jwk, format: 'jwk'});
  return data => sign(null, Buffer.from(data), key).toString('base64url');
}
