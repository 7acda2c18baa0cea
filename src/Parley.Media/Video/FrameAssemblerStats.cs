namespace Parley.Media.Video;

/// <summary>Counts since a <see cref="FrameAssembler"/> was made.</summary>
/// <param name="FramesComplete">Frames given out.</param>
/// <param name="FramesLost">Frame ids that were passed over: never seen, timed out, overtaken, or pushed out of a full assembler.</param>
/// <param name="FragmentsReceived">Pieces offered, whatever became of them.</param>
/// <param name="FragmentsDuplicate">Pieces that were there already.</param>
/// <param name="FragmentsLate">Pieces of frames that were passed over.</param>
/// <param name="FragmentsRefused">Pieces that contradict their frame, or are empty or too large.</param>
public readonly record struct FrameAssemblerStats(
    long FramesComplete, long FramesLost, long FragmentsReceived, long FragmentsDuplicate, long FragmentsLate, long FragmentsRefused);
