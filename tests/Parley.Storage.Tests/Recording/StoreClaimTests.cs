using Parley.Storage.Recording;
using Parley.Storage.Tests.Support;

namespace Parley.Storage.Tests.Recording;

public sealed class StoreClaimTests
{
    [Fact]
    public void Only_who_is_alone_may_call_what_others_have_not_finished_interrupted()
    {
        using var directory = new TemporaryDirectory();
        var marked = 0;
        using (var first = Take())
        {
            Assert.True(first.IsFirst);
            using var second = Take();
            using var third = Take();
            Assert.False(second.IsFirst || third.IsFirst);
            Assert.Equal(1, marked);
        }
        using var later = Take();
        Assert.True(later.IsFirst);
        Assert.Equal(2, marked);

        StoreClaim Take() => StoreClaim.Take(directory.File("history.lock"), () => marked++);
    }

    [Fact]
    public void A_store_that_fails_then_is_not_taken_for_somebody_else()
    {
        using var directory = new TemporaryDirectory();
        Assert.Throws<StoreException>(() => StoreClaim.Take(directory.File("history.lock"), () => throw new StoreException(StoreFailure.Full, "full")));
    }
}
