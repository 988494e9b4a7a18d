/** Kinds of music, the most liked one first. */
export const GENRES = [
  "jazz",
  "folk",
  "soul",
  "blues",
  "techno",
  "opera",
  "reggae",
  "salsa",
  "ambient",
  "country",
] as const;

const STORIES = [
  "late-night-*",
  "*-for-the-road",
  "first-steps-in-*",
  "sunday-morning-*",
  "*-for-two",
  "a-year-of-*",
  "*-in-the-rain",
  "kitchen-*",
  "new-faces-of-*",
  "*-by-the-sea",
  "small-stage-*",
  "*-after-work",
] as const;
const MOODS = ["quiet", "golden", "northern", "restless", "distant", "early", "hidden", "silver"] as const;
const PLACES = ["harbour", "orchard", "staircase", "lantern", "meadow"] as const;

/** Places by which the titles of one kind of music are behind those of the one before; odd. */
const TITLE_STEP = 11;
const TITLES = PLACES.flatMap((place) => MOODS.map((mood) => `${mood}-${place}`));

/** Stories of each kind of music, the most viewed one first: `late-night-jazz`. */
export const STORIES_OF_GENRE = STORIES.length;
/** CDs of each kind of music, the most liked one first: `quiet-harbour-jazz`. */
export const PRODUCTS_OF_GENRE = TITLES.length;

/** The made-up story of a number from 0, of the kind of music of a number from 0. */
export const storyName = (genre: number, story: number): string =>
  around(STORIES, story + genre).replace("*", around(GENRES, genre));

/** The made-up CD of a number from 0, of the kind of music of a number from 0. */
export const productName = (genre: number, product: number): string =>
  `${around(TITLES, product + TITLE_STEP * genre)}-${around(GENRES, genre)}`;

/** So that kinds of music differ in which of the names are liked. */
const around = (names: readonly string[], number: number) => names[number % names.length] as string;
