// Calls Recommend and StreamEvents with nothing but the protos: node client.mjs ADDRESS CUSTOMER EVENTS
// Prints one line of JSON: what was recommended, and what became of the events.
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';

const [address, customerId, eventCount] = process.argv.slice(2);
const protos = fileURLToPath(new URL('../../../protos', import.meta.url));
const definition = protoLoader.loadSync(
  ['zhice/v1/recommendation_service.proto', 'zhice/v1/event_service.proto'],
  { keepCase: true, includeDirs: [protos], longs: String, enums: String, defaults: true, oneofs: true });
const zhice = grpc.loadPackageDefinition(definition).zhice.v1;
const credentials = grpc.credentials.createInsecure();
const deadline = () => ({ deadline: Date.now() + 30_000 });

function recommend() {
  const client = new zhice.RecommendationService(address, credentials);
  const header = new grpc.Metadata();
  header.set('x-customer-id', encodeURIComponent(customerId));
  const request = { customer_id: customerId, placement_id: 'app_home', limit: 2 };
  return new Promise((resolve, reject) =>
    client.Recommend(request, header, deadline(), (fault, answer) => fault ? reject(fault) : resolve(answer)));
}

function streamEvents(decisionId, actionId) {
  const client = new zhice.EventService(address, credentials);
  const stream = client.StreamEvents(deadline());
  const outcomes = [];
  stream.on('data', ({ result }) => outcomes.push(result));
  const done = new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
  for (let i = 0; i < Number(eventCount); i++) {
    stream.write({ event: { event_id: `node-${i}`, customer_id: customerId, event_type_id: 'login', channel_id: 'app' } });
  }
  stream.write({
    event: {
      event_id: 'node-seen', customer_id: customerId,
      feedback: { type: 'FEEDBACK_TYPE_IMPRESSION', decision_id: decisionId, action_id: actionId },
    },
  });
  stream.end();
  return done.then(() => outcomes);
}

const answer = await recommend();
const outcomes = await streamEvents(answer.decision_id, answer.recommendations[0].action_id);
console.log(JSON.stringify({
  decisionId: answer.decision_id,
  actions: answer.recommendations.map(each => each.action_id),
  propensity: answer.recommendations[0].propensity,
  eventIds: outcomes.map(each => each.event_id),
  recorded: outcomes.filter(each => each.outcome === 'EVENT_OUTCOME_RECORDED').length,
}));
process.exit(0);
