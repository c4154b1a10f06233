// Writes the files in data/ anew. The same script always writes the same bytes.
import { writeFileSync } from 'node:fs';

type Fill = (template: string) => string;

let state = 20261;
function next(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
function pick<T>(values: readonly T[]): T {
  return values[next(values.length)] as T;
}
function write(name: string, text: string): void {
  writeFileSync(new URL(`../data/${name}`, import.meta.url), text);
}

const kinds = {
  kitchen: {
    parts: ['the lid', 'the heating plate', 'the power base', 'the water tank', 'the control dial', 'the drip tray'],
    symptoms: [
      'it does not heat up',
      'it leaks at the bottom',
      'it switches itself off',
      'the display shows E4',
      'it smells of plastic',
    ],
    uses: ['descale it', 'clean the tank', 'set the timer', 'choose a program', 'lock the lid'],
  },
  home: {
    parts: [
      'the battery door',
      'the sensor',
      'the wall mount',
      'the filter',
      'the indicator light',
      'the power adapter',
    ],
    symptoms: [
      'it does not connect',
      'the light blinks red',
      'it makes a humming noise',
      'it loses its settings',
      'the sensor reads too high',
    ],
    uses: ['pair it with the app', 'replace the filter', 'mount it on a wall', 'change the schedule', 'reset it'],
  },
  audio: {
    parts: ['the charging case', 'the left driver', 'the volume ring', 'the cable', 'the ear cushion', 'the antenna'],
    symptoms: [
      'the left side is silent',
      'the sound crackles',
      'it does not charge',
      'it loses the connection',
      'the microphone is muffled',
    ],
    uses: [
      'pair it with a second phone',
      'update the firmware',
      'change the equalizer',
      'clean the contacts',
      'turn on noise cancelling',
    ],
  },
  care: {
    parts: ['the brush head', 'the charging stand', 'the blade', 'the nozzle', 'the roller', 'the switch'],
    symptoms: [
      'it stops after a minute',
      'it does not charge',
      'it pulls instead of cutting',
      'it rattles',
      'the battery is empty after a day',
    ],
    uses: ['change the head', 'clean the blade', 'set the speed', 'charge it', 'travel with it'],
  },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

const products: [name: string, kind: Kind][] = [
  ...[
    'Aurora Kettle',
    'Birch Toaster',
    'Cedar Coffee Maker',
    'Dune Blender',
    'Ember Air Fryer',
    'Fjord Ice Maker',
    'Glade Rice Cooker',
    'Harbor Dishwasher',
  ].map((name): [string, Kind] => [name, kinds.kitchen]),
  ...[
    'Iris Camera',
    'Juniper Doorbell',
    'Kestrel Smart Lock',
    'Lumen Desk Lamp',
    'Meadow Thermostat',
    'Nimbus Air Purifier',
    'Opal Humidifier',
    'Pine Heater',
    'Willow Vacuum',
    'Xenon Mop',
    'Yarrow Iron',
    'Zephyr Fan',
  ].map((name): [string, Kind] => [name, kinds.home]),
  ...['Quartz Watch', 'Raven Headphones', 'Sable Earbuds', 'Tundra Speaker', 'Umbra Soundbar', 'Vesper Turntable'].map(
    (name): [string, Kind] => [name, kinds.audio],
  ),
  ...['Alder Scale', 'Brook Toothbrush', 'Cove Hair Dryer', 'Delta Shaver', 'Elm Massager', 'Flint Bike Light'].map(
    (name): [string, Kind] => [name, kinds.care],
  ),
];

const topics: [topic: string, title: string, ...paragraphs: string[]][] = [
  [
    'refund',
    'Return the {product} and get a refund',
    'You can return the {product} within {days} days of delivery, also when the box was opened. Put {part} and all cables back into the box.',
    'The refund is paid to the card or account you paid with, five working days after the parcel reached us.',
  ],
  [
    'refund-late',
    'Why a refund for the {product} takes longer',
    'A refund waits when {part} is missing from the parcel. We write to you and keep the money back for that part only.',
    'Banks add up to three working days of their own. After {days} days, send us the receipt of the parcel.',
  ],
  [
    'exchange',
    'Exchange the {product} for another colour',
    'Choose "exchange" in your order. We reserve the new {product} for {days} days and send it when yours is on its way.',
    'An exchange is free once for each order.',
  ],
  [
    'delivery',
    'Follow the delivery of your {product}',
    'The link in the dispatch message shows where the {product} is. It changes twice a day, early in the morning and after noon.',
    'A parcel that did not move for four days counts as lost; we then send another one at no cost.',
  ],
  [
    'delivery-damage',
    'The parcel with the {product} arrived damaged',
    'Take photos of the box before you open it, and of {part}. Refuse the parcel if the carrier is still there.',
    'We send a new {product} at once; the damaged one is collected within {days} days.',
  ],
  [
    'delivery-address',
    'Change the address of an order',
    'Until the {product} is packed you change the address in your order. Later the carrier can hold the parcel at a shop near you.',
    'An address in another country needs a new order, because taxes differ.',
  ],
  [
    'invoice',
    'Find the invoice of your {product}',
    'The invoice is in your account below the order, one hour after the {product} left us. Companies add their tax number before they pay.',
    'A corrected invoice takes {days} working days.',
  ],
  [
    'charged-twice',
    'You were charged twice for the {product}',
    'A second charge is often a reservation that disappears after {days} days. Look for the word "pending" at your bank.',
    'If both charges are booked, send us the last four digits of the card and we pay one back.',
  ],
  [
    'voucher',
    'Use a voucher when you buy the {product}',
    'Enter the code on the last page before you pay. A voucher pays for the {product}, not for its delivery.',
    'What is left on a voucher stays valid for two years.',
  ],
  [
    'warranty',
    'Warranty of the {product}',
    'The {product} has a warranty of two years. It covers {part} and all electric parts, not scratches and not what wears out.',
    'Keep the receipt; the serial number is on the bottom, near {part}.',
  ],
  [
    'repair',
    'Send the {product} in for repair',
    'If {symptom}, our workshop looks at it within {days} days. Remove {part} and keep it at home.',
    'You get a message with the price before anything is repaired outside the warranty.',
  ],
  [
    'symptom-first',
    'What to do if {symptom}',
    'Unplug the {product} and wait ten minutes. Then check {part}: it must click into place.',
    'If {symptom} again, write to us with the serial number and a short video.',
  ],
  [
    'symptom-second',
    'The {product} and the message E7',
    'E7 means that {part} is not seen by the electronics. Clean the contacts with a dry cloth.',
    'When E7 stays after {days} tries, the part has to be replaced under warranty.',
  ],
  [
    'noise',
    'The {product} is louder than before',
    'Noise comes from {part} in most cases. Check that it stands on a level and firm surface.',
    'A new {product} may be louder for the first {days} uses.',
  ],
  [
    'how-to',
    'How to {use} with the {product}',
    'Hold the button for three seconds until the light turns white. Now you can {use}.',
    'The setting is kept when the {product} has no power for less than {days} days.',
  ],
  [
    'first-use',
    'Use the {product} for the first time',
    'Take off all foils, above all the one below {part}. Let the {product} reach room temperature.',
    'Then {use}; the manual shows it on page {days}.',
  ],
  [
    'cleaning',
    'Clean the {product}',
    'Clean {part} once a week with warm water and no soap. Never put the {product} itself under water.',
    'Spots disappear with a spoon of citric acid in a litre of water.',
  ],
  [
    'parts',
    'Order {part} as a spare part',
    'Spare parts for the {product} are in the shop below "parts". You need the first six characters of the serial number.',
    'They arrive within {days} days and can be returned like any order.',
  ],
  [
    'app',
    'The {product} in our app',
    'Open the app, choose "add device" and hold the phone near {part}. The {product} appears after half a minute.',
    'In the app you can {use} from anywhere, and see when it was used last.',
  ],
  [
    'recycling',
    'Recycle your old {product}',
    'We take back an old device when we deliver the new {product}. Wipe {part} and remove batteries.',
    'Elsewhere, every collection point for electric devices takes it free of charge.',
  ],
];

const closings = [
  'If this does not help, answer to this article and a person will read it within a working day.',
  'This article was checked by the workshop; prices and times are those of the shop in your country.',
  'Customers who read this article also looked at the warranty of their product and at its spare parts.',
  'Please have your order number at hand when you call; it begins with ORD and has four digits.',
];

function filler(product: string, kind: Kind): Fill {
  return (template) =>
    template
      .replaceAll('{product}', product)
      .replaceAll('{part}', pick(kind.parts))
      .replaceAll('{symptom}', pick(kind.symptoms))
      .replaceAll('{use}', pick(kind.uses))
      .replaceAll('{days}', String(pick([3, 5, 7, 14, 21, 30])));
}

const documents = products.flatMap(([name, kind]) =>
  topics.map(([topic, title, ...paragraphs]) => {
    const fill = filler(name, kind);
    const product = name.toLowerCase().replaceAll(' ', '-');
    const closing = next(closings.length);
    const last = [closings[closing], closings[(closing + 1) % closings.length]];
    const text = [...paragraphs.map(fill), ...last].join(' ');
    return JSON.stringify({ id: `${product}/${topic}`, product, topic, title: fill(title), text });
  }),
);
write('documents.jsonl', documents.join('\n') + '\n');

const phrases: Record<string, string[]> = {
  billing: [
    'I was charged twice for the {product}',
    'the invoice for the {product} shows the wrong tax',
    'my card was billed but the order says unpaid',
    'please send me the receipt for the {product}',
    'the voucher was not taken off the price',
    'why is there a second charge on my account',
    'I need an invoice with our company name',
    'the amount you booked is higher than the price',
  ],
  defect: [
    '{symptom} since yesterday',
    'the {product} stopped working and {symptom}',
    'the {product} is broken',
    '{symptom} although I cleaned {part}',
    '{part} came off the {product}',
    'it shows E7 and nothing happens',
    'there is smoke when I turn on the {product}',
    'after the last update {symptom}',
  ],
  delivery: [
    'my {product} has not arrived',
    'the tracking of my parcel does not move',
    'where is the {product} I ordered',
    'the carrier left the parcel at a wrong address',
    'can you change the delivery address',
    'the parcel was handed to a neighbour I do not know',
    'delivery was promised for Monday',
    'the parcel is lost',
  ],
  how_to: [
    'how do I {use}',
    'how can I {use} with the {product}',
    'where do I find the manual of the {product}',
    'is it possible to {use} without the app',
    'what does the white light mean',
    'which setting is right to {use}',
    'can I use the {product} abroad',
    'do I have to clean {part} before I {use}',
  ],
  refund: [
    'I want my money back for the {product}',
    'please refund the {product}',
    'I sent the {product} back and got no refund',
    'I would like to return the {product}',
    'how long does the refund take',
    'I changed my mind and want to send it back',
    'the {product} is not what I expected, I return it',
    'the money for my return is missing',
  ],
};
const tails = [
  'Thank you.',
  'It is urgent, please answer today.',
  'I have been waiting for a week.',
  'My order is in your system.',
  'Best regards.',
  'I am quite disappointed.',
  'You have been helpful before.',
];

const header = 'label,order_value,days_since_order,previous_tickets,customer_tenure_days,paid_by_card,text';
const rows = Object.entries(phrases).flatMap(([label, templates]) =>
  Array.from({ length: 48 }, (_, i) => {
    const [name, kind] = pick(products);
    const fill = filler(name, kind);
    const days =
      {
        billing: 3 + next(30),
        defect: 20 + next(500),
        delivery: 2 + next(9),
        how_to: 5 + next(300),
        refund: 6 + next(35),
      }[label] ?? 10;
    const numbers = [15 + next(300), days, next(5), 30 + next(2500), next(3) > 0 ? 1 : 0];
    const text = `${fill(templates[i % templates.length] ?? '')}. ${pick(tails)}`;
    return [label, ...numbers, text].join(',');
  }),
);
write('tickets.csv', [header, ...rows].join('\n') + '\n');

const asOf = '2026-11-20';
const dayMs = 86_400_000;
const before = (days: number): string => new Date(Date.parse(asOf) - days * dayMs).toISOString().slice(0, 10);
const names = ['Ada', 'Bo', 'Chiara', 'Dmitri', 'Elif', 'Farid', 'Grete', 'Hiro', 'Inés', 'Jonas', 'Kofi', 'Lin'];
const customers = names.map((name, i) => ({
  id: `C-${String(100 + i)}`,
  name,
  since: before(60 + i * 173),
  previousTickets: i % 5,
}));
write('customers.json', JSON.stringify(customers, null, 1) + '\n');

// The shop renamed two products when their second editions came out.
const renamed: Record<string, string> = {
  'Nimbus Air Purifier': 'Nimbus Air Purifier 2',
  'Raven Headphones': 'Raven Headphones Pro',
};
const orders = products.map(([name], i) => {
  const order = {
    id: `ORD-${String(1001 + i)}`,
    customerId: `C-${String(100 + (i % names.length))}`,
    productName: renamed[name] ?? name,
    value: 19 + ((i * 37) % 260),
    orderedOn: before(3 + ((i * 11) % 90)),
  };
  // Orders taken over from the old shop have no payment.
  return name === 'Umbra Soundbar'
    ? order
    : { ...order, payment: { method: ['card', 'invoice', 'wallet'][i % 3], captured: true } };
});
write('orders.json', JSON.stringify({ asOf, orders }, null, 1) + '\n');
