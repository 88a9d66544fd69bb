/* @digitalbazaar/vc behind lines of JSON: one request in, one answer out. No network.
 *
 * {"do": "know", "documents": {url: document}}          what the document loader may find
 * {"do": "verify", "credential": …, "now": …}           -> {"verified": …, "error": …}
 * {"do": "verify-presentation", "presentation": …, "challenge": …, "domain": …, "now": …}
 * {"do": "issue", "credential": …, "seed": base64, "controller": did, "created": date or null}
 * {"do": "present", "presentation": …, "seed": …, "challenge": …, "domain": …}
 *   both with "cryptosuite", if it is not to be eddsa-jcs-2022
 * {"do": "canonize", "document": …}                     -> {"nquads": canonical N-Quads}
 * {"do": "keep", "credentials": […], "now": …}          what the next request is to verify
 * {"do": "time", "count": n}                            -> {"nanoseconds": for one verification}
 *   by the wall or by this process's processor time, whichever is kinder to this peer
 */
import * as vc from '@digitalbazaar/vc';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as eddsaJcs2022 from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {
  cryptosuite as eddsaRdfc2022
} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import dataIntegrityContext from '@digitalbazaar/data-integrity-context';
import multikeyContext from '@digitalbazaar/multikey-context';
import {contexts} from '@digitalbazaar/credentials-context';
import {createInterface} from 'node:readline';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {readFileSync} from 'node:fs';

const known = new Map([
  ...contexts,
  ...dataIntegrityContext.contexts,
  ...multikeyContext.contexts
]);
known.set('https://amana.example/v1', JSON.parse(readFileSync(
  new URL('../../schemas/contexts/amana-v1.jsonld', import.meta.url))));

const JCS = 'eddsa-jcs-2022';
const RDFC = 'eddsa-rdfc-2022';
const suites = {
  [JCS]: new DataIntegrityProof({
    cryptosuite: eddsaJcs2022.createVerifyCryptosuite()
  }),
  [RDFC]: new DataIntegrityProof({cryptosuite: eddsaRdfc2022})
};
// Status is left out: what is measured of this peer is form and signature.
const options = {
  documentLoader,
  checkStatus: async () => ({verified: true}),
  suite: Object.values(suites)
};
let kept = [];
let keptNow;

const answers = {
  async know({documents}) {
    Object.entries(documents).forEach(([url, found]) => known.set(url, found));
    return {};
  },
  async verify({credential, now}) {
    return verdict(await vc.verifyCredential({...options, credential, now}));
  },
  async 'verify-presentation'({presentation, challenge, domain, now}) {
    return verdict(await vc.verify(
      {...options, presentation, challenge, domain, now}));
  },
  async issue({credential, seed, controller, created, cryptosuite}) {
    const suite = await signing({seed, controller, created, cryptosuite});
    return {signed: await vc.issue({credential, suite, documentLoader})};
  },
  async present({
    presentation, seed, controller, created, cryptosuite, challenge, domain
  }) {
    const suite = await signing({seed, controller, created, cryptosuite});
    return {signed: await vc.signPresentation(
      {presentation, suite, challenge, domain, documentLoader})};
  },
  async canonize({document}) {
    // Its own bound on nodes that look alike is for strangers' documents.
    return {nquads: await eddsaRdfc2022.canonize(
      document, {documentLoader, maxWorkFactor: Infinity})};
  },
  async keep({credentials, now}) {
    kept = credentials;
    keptNow = now;
    return {};
  },
  async time({count}) {
    // Whoever measures one suite offers no other.
    const suite = suites[JSON.parse(kept[0]).proof.cryptosuite];
    const begin = process.hrtime.bigint();
    const before = process.cpuUsage();
    for(let i = 0; i < count; i++) {
      // The library writes into what it is given; others hand it parsed bytes.
      const credential = JSON.parse(kept[i % kept.length]);
      const {verified} = await vc.verifyCredential(
        {...options, suite, credential, now: keptNow});
      if(!verified) {
        throw new Error('not verified');
      }
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

async function documentLoader(url) {
  const document = known.get(url);
  if(document === undefined) {
    throw new Error(`not known here: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

async function signing({seed, controller, created, cryptosuite = JCS}) {
  const key = await Ed25519Multikey.generate(
    {seed: Buffer.from(seed, 'base64'), controller});
  return new DataIntegrityProof({
    signer: key.signer(),
    date: created,
    cryptosuite: cryptosuite === RDFC ?
      eddsaRdfc2022 : eddsaJcs2022.createSignCryptosuite()
  });
}

function verdict({verified, error}) {
  const causes = error?.errors ?? (error ? [error] : []);
  return {verified, error: causes.map(({message}) => message).join('; ')};
}
