namespace Parley.Protocol.Control;

/// <summary>The ten reactions.</summary>
public enum Reaction
{
    /// <summary>U+1F604, a smiling face with open mouth.</summary>
    Laugh,

    /// <summary>U+1F31F, a glowing star.</summary>
    Star,

    /// <summary>U+1F496, a sparkling heart.</summary>
    Heart,

    /// <summary>U+1F622, a crying face.</summary>
    Cry,

    /// <summary>U+1F64C, both hands raised.</summary>
    Cheer,

    /// <summary>U+1F44D, a thumb up.</summary>
    ThumbsUp,

    /// <summary>U+1F60A, a smiling face.</summary>
    Smile,

    /// <summary>U+1F44C, the sign for "OK".</summary>
    Ok,

    /// <summary>U+1F389, a party popper.</summary>
    Party,

    /// <summary>U+1F4AF, a hundred points.</summary>
    Hundred,
}
