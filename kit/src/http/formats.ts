/** Formats of text that contracts use beside the standard ones. */
export const textFormats: Record<string, { validate: (text: string) => boolean; description: string }> = {
  /** One line that a person can see. */
  label: {
    validate: (text) => VISIBLE.test(text) && !CONTROL.test(text),
    description: 'must be one line with visible characters, and without control characters',
  },
};

/** Neither blank, nor zero-width, nor a mark of direction; U+2800 is a Braille pattern without dots. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\u2800]/u;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
