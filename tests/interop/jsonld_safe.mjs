// One JSON-LD document a line in; a line out for each: whether jsonld.js, in its safe mode, makes
// RDF of it. Contexts come with the first line and from nowhere else.
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';

const require = createRequire(new URL('../../benchmarks/peers/package.json', import.meta.url));
const jsonld = require('jsonld');
const {ContextResolver} = (() => {
  const found = require('../../benchmarks/peers/node_modules/jsonld/lib/ContextResolver.js');
  return {ContextResolver: found.ContextResolver ?? found};
})();

let bundled = null;
const documentLoader = async url => {
  if(!(url in bundled)) {
    throw new Error('not bundled');
  }
  return {contextUrl: null, documentUrl: url, document: bundled[url]};
};

for await (const line of createInterface({input: process.stdin})) {
  if(bundled === null) {
    bundled = JSON.parse(line);
    continue;
  }
  try {
    await jsonld.toRDF(JSON.parse(line), {
      documentLoader,
      // A cache shared between documents repeats warnings of one for another.
      contextResolver: new ContextResolver({sharedCache: new Map()}),
      safe: true,
      base: null,
      rdfDirection: 'i18n-datatype',
      produceGeneralizedRdf: false,
    });
    console.log('true');
  } catch(error) {
    const details = error.details ?? {};
    const code = details.event?.code ?? details.code ?? error.message;
    console.log(JSON.stringify(String(code)));
  }
}
