/** Words from which brands, product lines, shoppers and descriptions are made. All brands are invented. */

export const BRAND_HEADS =
  "Velm Tarn Osk Brev Lumm Quor Hael Ferr Nord Calv Isk Peld Rav Sunn Thol Wend Yar Zell Borr Druv Elm Gant Jor Kess Marl Oln Pask Sorv Tev Ulm".split(
    " ",
  );
export const BRAND_TAILS =
  "ora wick ane ello dale ix und aya field ette oro haven is ula mark eno vik ane isse ova".split(" ");

export const LINES =
  "Ridge Aero Drift Harbor Summit Ember Willow Atlas Coast Nimbus Cinder Meadow Pulse Orbit Alder Tempo Vista Grove Delta Fjord Lark Onyx Quartz Sierra Tundra Mistral Juniper Basalt Comet Heron Isle Lumen Maple Nova Otter Poppy Raven Sable Terra Umbra".split(
    " ",
  );

export const MARKS = ["", "", "", "2", "3", "Lite", "Pro", "Plus", "One", "Mini", "Classic", "GT", "S", "X"];

export const COLOURS =
  "black white slate navy sand olive rust teal berry ochre sage coral ivory moss graphite plum".split(" ");

export const BENEFITS = [
  "made to last",
  "light in the hand",
  "easy to clean",
  "comfortable all day",
  "quietly good-looking",
  "repairable, with spare parts",
  "tested in bad weather",
  "made from recycled material",
  "a favourite since its first season",
  "simple, and nothing missing",
];

export const FIRST_NAMES =
  "Ada Amir Anouk Bram Carla Chidi Daan Dilan Elif Emil Esra Fatima Felix Finn Greta Hugo Ines Ivan Jana Joris Julia Kaia Kofi Lars Lea Leila Lena Luca Maja Marco Mateo Mila Nadia Nils Noor Nora Olga Oskar Pablo Petra Priya Rosa Rui Sami Sara Sofia Sven Tomas Vera Yara Yusuf Zoe".split(
    " ",
  );

export const LAST_NAMES =
  "Aalto Adeyemi Almeida Bakker Bauer Berg Bianchi Borg Costa Dahl Demir Dubois Eriksen Fischer Fontaine Garcia Haas Hansen Horvat Ito Jansen Keller Khan Klein Kovacs Larsen Lemaire Lindqvist Lopez Marino Mensah Meyer Moreau Nagy Novak Okafor Olsen Park Petit Popescu Ricci Rossi Roux Santos Schmid Silva Sorensen Tanaka Varga Visser Weber Yilmaz".split(
    " ",
  );

/** [locale, region, share]; the shares sum to 1. */
export const MARKETS: readonly (readonly [string, string, number])[] = [
  ["de-DE", "DE", 0.3],
  ["fr-FR", "FR", 0.22],
  ["nl-NL", "NL", 0.14],
  ["es-ES", "ES", 0.13],
  ["it-IT", "IT", 0.12],
  ["en-IE", "IE", 0.09],
];
