using Parley.Codecs;

namespace Parley.Tests;

/// <summary>A test with cases that needs libopus.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpusTheoryAttribute : TheoryAttribute
{
    public OpusTheoryAttribute()
    {
        if (!LibOpus.TryLoad(out _)) Skip = "This machine has no libopus.";
    }
}

/// <summary>A test that needs libopus.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpusFactAttribute : FactAttribute
{
    public OpusFactAttribute()
    {
        if (!LibOpus.TryLoad(out _)) Skip = "This machine has no libopus.";
    }
}
