/**
 * The departments of the sample shop: what is sold, at what price, in which season, and what goes with what.
 * One line per leaf category. Shapes named in `form` are drawn in `pictureForms.ts`.
 */
export interface Leaf {
  /** "Shoes > Trail running" */
  path: string;
  department: string;
  name: string;
  /** Singular product noun used in titles. */
  noun: string;
  form: string;
  medianPrice: number;
  /** Standard deviation of ln(price). */
  priceSpread: number;
  /** Month (1–12) in which demand peaks, 0 when it has no season. */
  peakMonth: number;
  /** How one-line tastes call somebody who mostly buys here. */
  persona: string;
  /** Leaf names, unique in the shop, that are often bought with this one. */
  goesWith: readonly string[];
}

type Row = [
  name: string,
  noun: string,
  form: string,
  medianPrice: number,
  peakMonth: number,
  persona: string,
  goesWith: string,
];

const DEPARTMENTS: Record<string, Row[]> = {
  Shoes: [
    ["Trail running", "Trail Running Shoes", "shoe", 118, 4, "trail runner", "Sport socks|Hydration"],
    ["Road running", "Running Shoes", "shoe", 109, 4, "road runner", "Sport socks|Running wear"],
    ["Hiking boots", "Hiking Boots", "boot", 139, 9, "hill walker", "Hiking packs|Sport socks"],
    ["Sneakers", "Sneakers", "shoe", 79, 0, "sneaker collector", "T-shirts|Caps & beanies"],
    ["Sandals", "Sandals", "sandal", 49, 7, "sandal wearer", "Sunglasses|Sun care"],
  ],
  Clothing: [
    ["T-shirts", "Tee", "shirt", 24, 6, "casual dresser", "Jeans|Sneakers"],
    ["Jeans", "Jeans", "trousers", 69, 0, "denim lover", "T-shirts|Belts"],
    ["Jackets", "Jacket", "jacket", 119, 10, "jacket person", "Knitwear|Caps & beanies"],
    ["Dresses", "Dress", "dress", 64, 6, "dress lover", "Sandals|Handbags"],
    ["Knitwear", "Knit Jumper", "shirt", 59, 11, "knitwear fan", "Jackets|Caps & beanies"],
    ["Running wear", "Running Top", "shirt", 39, 4, "everyday athlete", "Sport socks|Road running"],
  ],
  Accessories: [
    ["Sport socks", "Sport Socks", "sock", 14, 0, "sock stockpiler", "Road running|Trail running"],
    ["Caps & beanies", "Cap", "cap", 22, 12, "cap wearer", "Sunglasses|Jackets"],
    ["Sunglasses", "Sunglasses", "glasses", 79, 7, "sun seeker", "Sun care|Sandals"],
    ["Watches", "Watch", "watch", 149, 12, "watch admirer", "Belts|Handbags"],
    ["Belts", "Leather Belt", "belt", 34, 0, "neat dresser", "Jeans|Watches"],
  ],
  Bags: [
    ["Hiking packs", "Hiking Pack", "backpack", 98, 8, "weekend trekker", "Hydration|Hiking boots"],
    ["City backpacks", "City Backpack", "backpack", 69, 9, "commuter", "Laptop sleeves|Bottles & mugs"],
    ["Handbags", "Handbag", "bag", 84, 12, "handbag collector", "Watches|Dresses"],
    [
      "Suitcases",
      "Cabin Suitcase",
      "suitcase",
      129,
      7,
      "frequent traveller",
      "Travel comfort|City backpacks",
    ],
    ["Travel comfort", "Travel Pillow", "cushion", 24, 7, "light sleeper", "Suitcases|Earbuds"],
  ],
  Audio: [
    [
      "Headphones",
      "Wireless Headphones",
      "headphones",
      129,
      11,
      "music lover",
      "Audio cables|Portable speakers",
    ],
    ["Earbuds", "Earbuds", "earbuds", 79, 11, "podcast listener", "Audio cables|Phone cases"],
    ["Portable speakers", "Portable Speaker", "speaker", 69, 6, "party host", "Audio cables|Picnic & grill"],
    ["Hi-fi speakers", "Hi-fi Speakers", "speaker", 289, 12, "hi-fi enthusiast", "Turntables|Audio cables"],
    ["Turntables", "Turntable", "turntable", 219, 12, "vinyl listener", "Hi-fi speakers|Audio cables"],
    ["Audio cables", "Audio Cable", "cable", 15, 0, "cable tidier", "Headphones|Hi-fi speakers"],
  ],
  Computing: [
    ["Laptops", "Laptop", "laptop", 849, 9, "laptop worker", "Laptop sleeves|Mice"],
    ["Laptop sleeves", "Laptop Sleeve", "sleeve", 29, 9, "careful packer", "Laptops|City backpacks"],
    ["Keyboards", "Mechanical Keyboard", "keyboard", 99, 11, "keyboard tinkerer", "Mice|Monitors"],
    ["Mice", "Wireless Mouse", "mouse", 45, 0, "desk minimalist", "Keyboards|Laptops"],
    ["Monitors", "Monitor", "monitor", 259, 11, "home-office builder", "Keyboards|Desk lamps"],
  ],
  "Phones & photo": [
    ["Smartphones", "Smartphone", "phone", 449, 11, "gadget follower", "Phone cases|Chargers"],
    ["Phone cases", "Phone Case", "phone", 19, 0, "case changer", "Chargers|Earbuds"],
    ["Chargers", "Fast Charger", "charger", 25, 12, "always-charged", "Phone cases|Smartphones"],
    ["Cameras", "Mirrorless Camera", "camera", 689, 6, "photographer", "Tripods|City backpacks"],
    ["Tripods", "Travel Tripod", "tripod", 74, 6, "landscape shooter", "Cameras|Chargers"],
  ],
  Kitchen: [
    ["Pots & pans", "Frying Pan", "pan", 59, 11, "home cook", "Kitchen knives|Storage jars"],
    ["Kitchen knives", "Chef's Knife", "knife", 64, 12, "knife geek", "Pots & pans|Chopping boards"],
    ["Chopping boards", "Chopping Board", "board", 29, 0, "careful prepper", "Kitchen knives|Storage jars"],
    ["Coffee makers", "Coffee Maker", "kettle", 109, 11, "coffee lover", "Coffee & tea|Bottles & mugs"],
    ["Bottles & mugs", "Insulated Mug", "mug", 24, 10, "mug collector", "Coffee & tea|Coffee makers"],
    ["Baking", "Cake Tin", "tin", 18, 12, "weekend baker", "Storage jars|Pantry"],
    ["Storage jars", "Storage Jar", "jar", 14, 0, "pantry organiser", "Pantry|Baking"],
  ],
  "Food & drink": [
    ["Coffee & tea", "Roasted Coffee", "packet", 13, 11, "flat-white drinker", "Coffee makers|Chocolate"],
    ["Pantry", "Olive Oil", "bottle", 12, 0, "slow cook", "Storage jars|Pots & pans"],
    ["Chocolate", "Chocolate Bar", "packet", 6, 12, "sweet tooth", "Coffee & tea|Baking"],
    ["Wine", "Red Wine", "bottle", 15, 12, "wine taster", "Chocolate|Pantry"],
  ],
  Home: [
    ["Desk lamps", "Desk Lamp", "lamp", 54, 11, "night reader", "Desk chairs|Fiction"],
    ["Armchairs", "Armchair", "chair", 279, 0, "armchair dweller", "Cushions & throws|Desk lamps"],
    ["Desk chairs", "Desk Chair", "chair", 189, 9, "ergonomics seeker", "Desk lamps|Monitors"],
    ["Cushions & throws", "Cushion", "cushion", 27, 11, "cosy nester", "Armchairs|Candles"],
    ["Candles", "Scented Candle", "candle", 19, 12, "candle lover", "Cushions & throws|Skin care"],
    ["Bed linen", "Bed Linen Set", "linen", 74, 1, "linen lover", "Cushions & throws|Candles"],
  ],
  "Garden & DIY": [
    ["House plants", "House Plant", "plant", 22, 4, "plant parent", "Planters|Garden tools"],
    ["Planters", "Planter", "pot", 26, 4, "balcony gardener", "House plants|Garden tools"],
    ["Garden tools", "Garden Trowel", "trowel", 21, 4, "keen gardener", "Planters|House plants"],
    ["Power tools", "Cordless Drill", "drill", 119, 5, "DIY builder", "Hand tools|Garden tools"],
    ["Hand tools", "Screwdriver Set", "screwdriver", 32, 5, "fixer", "Power tools|Bike care"],
  ],
  Outdoor: [
    ["Tents", "Tent", "tent", 189, 6, "camper", "Sleeping bags|Camp cooking"],
    ["Sleeping bags", "Sleeping Bag", "sleepingbag", 109, 6, "open-air sleeper", "Tents|Camp cooking"],
    ["Camp cooking", "Camp Stove", "stove", 54, 6, "trail chef", "Tents|Hydration"],
    ["Hydration", "Water Bottle", "bottle", 22, 6, "hydration keeper", "Hiking packs|Trail running"],
    ["Picnic & grill", "Charcoal Grill", "grill", 99, 6, "grill master", "Portable speakers|Kitchen knives"],
  ],
  Cycling: [
    ["Bikes", "Gravel Bike", "bike", 989, 5, "gravel cyclist", "Helmets|Bike lights"],
    ["Helmets", "Bike Helmet", "helmet", 69, 5, "safety-first cyclist", "Bike lights|Bikes"],
    ["Bike lights", "Bike Light", "torch", 34, 11, "winter commuter", "Helmets|Bike care"],
    ["Bike care", "Bike Tool Kit", "tin", 24, 4, "bike mechanic", "Bikes|Hand tools"],
  ],
  Beauty: [
    ["Skin care", "Face Cream", "jar", 29, 1, "skin-care devotee", "Sun care|Hair care"],
    ["Sun care", "Sun Cream", "tube", 16, 7, "beach goer", "Sunglasses|Skin care"],
    ["Hair care", "Shampoo", "bottle", 12, 0, "hair-care fan", "Skin care|Fragrance"],
    ["Fragrance", "Eau de Parfum", "perfume", 62, 12, "fragrance lover", "Skin care|Candles"],
  ],
  Books: [
    ["Fiction", "Novel", "book", 14, 7, "fiction reader", "Non-fiction|Coffee & tea"],
    ["Non-fiction", "Essay Collection", "book", 18, 0, "curious reader", "Fiction|Desk lamps"],
    ["Cookbooks", "Cookbook", "book", 28, 12, "recipe collector", "Pots & pans|Pantry"],
    ["Children's books", "Picture Book", "book", 12, 12, "bedtime reader", "Soft toys|Building toys"],
  ],
  "Toys & games": [
    ["Building toys", "Building Set", "blocks", 39, 12, "builder's parent", "Board games|Children's books"],
    ["Soft toys", "Soft Bear", "bear", 22, 12, "gift-giving aunt", "Children's books|Building toys"],
    ["Board games", "Board Game", "boxgame", 34, 12, "board gamer", "Building toys|Chocolate"],
  ],
  Pets: [
    ["Dogs", "Dog Lead", "lead", 21, 0, "dog owner", "Pet beds|Pet bowls"],
    ["Pet beds", "Pet Bed", "petbed", 44, 11, "pet spoiler", "Dogs|Cats"],
    ["Pet bowls", "Pet Bowl", "bowl", 17, 0, "pet feeder", "Dogs|Cats"],
    ["Cats", "Scratching Post", "post", 39, 0, "cat person", "Pet beds|Pet bowls"],
  ],
};

export const LEAVES: readonly Leaf[] = Object.entries(DEPARTMENTS).flatMap(([department, rows]) =>
  rows.map(([name, noun, form, medianPrice, peakMonth, persona, goesWith]) => ({
    path: `${department} > ${name}`,
    department,
    name,
    noun,
    form,
    medianPrice,
    priceSpread: 0.42,
    peakMonth,
    persona,
    goesWith: goesWith.split("|"),
  })),
);

export const DEPARTMENT_NAMES: readonly string[] = Object.keys(DEPARTMENTS);

const LEAF_BY_PATH = new Map(LEAVES.map((leaf) => [leaf.path, leaf]));

export function findLeaf(path: string): Leaf | null {
  return LEAF_BY_PATH.get(path) ?? null;
}

const MS_PER_YEAR = 365.25 * 86_400_000;

/**
 * Seasonal demand of a leaf on a log scale: amplitude · cos(2π (t − peak) / year), 0 without a season.
 * Range [−0.6, 0.6]: in its peak month a seasonal leaf draws about three times its quietest month.
 */
export function seasonLift(leaf: Leaf, atMs: number): number {
  if (leaf.peakMonth === 0) return 0;
  const yearShare = (atMs % MS_PER_YEAR) / MS_PER_YEAR;
  return 0.6 * Math.cos(2 * Math.PI * (yearShare - (leaf.peakMonth - 0.5) / 12));
}
